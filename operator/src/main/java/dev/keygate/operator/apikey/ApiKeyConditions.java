package dev.keygate.operator.apikey;

import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Permissions;
import dev.keygate.operator.tree.Tenancy;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What is said of an ApiKey; one function writes each condition. */
final class ApiKeyConditions {

  private ApiKeyConditions() {}

  static Verdicts of(ApiKeyState state, Instant now) {
    Verdict accepted = accepted(state);
    Verdict programmed = programmed(state);
    return new Verdicts(accepted, programmed, ready(state, accepted, programmed, now))
        .with(ConditionType.Rotating, RotationReport.rotating(state, now));
  }

  /** For a spec that can't be brought to the store now. */
  static Verdicts storeUnavailable() {
    Verdict programmed =
        Verdict.no(
            Reason.StoreUnavailable,
            "PostgreSQL can't be reached: this goes on by itself when it can");
    return new Verdicts(
        Verdict.unknown("waits for PostgreSQL"),
        programmed,
        Verdict.no(Reason.NotProgrammed, programmed.message()));
  }

  /** For a value that the store does not take. */
  static Verdicts rejected(String name, String why) {
    Verdict accepted = Verdict.no(Reason.Invalid, "ApiKey " + name + ": " + why);
    return new Verdicts(
        accepted,
        Verdict.unknown("this spec was refused; what was in force before stays so"),
        Verdict.no(Reason.NotAccepted, "not accepted (Invalid): " + accepted.message()));
  }

  /**
   * For a Secret that the API server does not take. What is said of Ready stays: an earlier key, if
   * there is one, goes on.
   */
  static Verdicts secretRefused(SecretRefusedException e) {
    return new Verdicts(
        Map.of(
            ConditionType.Accepted,
            Verdict.no(
                Reason.SecretRefused,
                "the API server refuses Secret "
                    + e.secretName()
                    + " ("
                    + e.why()
                    + "): change the quota, policy or role that it names, or delete the Secret if"
                    + " it is immutable; this is tried again by itself")));
  }

  private static Verdict accepted(ApiKeyState state) {
    if (!state.wish().problems().isEmpty()) {
      return Verdict.no(Reason.Invalid, String.join("; ", state.wish().problems()));
    }
    return switch (state.tenancy()) {
      case Tenancy.Undecided(var message) -> Verdict.unknown(message);
      case Tenancy.Refused(var reason, var message, _) -> Verdict.no(reason, message);
      case Tenancy.Granted granted ->
          state.secret() instanceof SecretView.Foreign(var owner)
              ? Verdict.no(Reason.SecretConflict, conflict(state.wish(), owner))
              : Verdict.yes(
                  Reason.Accepted,
                  "the spec is valid and the organization accepts it" + leftOut(state, granted));
    };
  }

  /** A misspelt permission is within no ceiling: say so where its author looks. */
  private static String leftOut(ApiKeyState state, Tenancy.Granted granted) {
    List<String> nothingOf =
        state.wish().permissions().stream()
            .filter(
                wanted ->
                    Permissions.intersection(List.of(wanted), granted.effectivePermissions())
                        .isEmpty())
            .toList();
    return nothingOf.isEmpty()
        ? ""
        : "; the ceilings above do not allow "
            + String.join(", ", nothingOf)
            + ": see spec.permissions of its Organizations";
  }

  private static Verdict programmed(ApiKeyState state) {
    if (!state.everIssued()) {
      return Verdict.unknown("no key has been issued yet");
    }
    return switch (state.acknowledgement()) {
      case Acknowledgement.Unknown _ -> Verdict.unknown("acknowledgements were not looked at yet");
      case Acknowledgement.Waiting waiting ->
          Verdict.no(Reason.AwaitingReplicas, waiting.explained());
      case Acknowledgement.Done _ ->
          Verdict.yes(Reason.Programmed, "every live gateway replica has acknowledged it");
    };
  }

  private static Verdict ready(
      ApiKeyState state, Verdict accepted, Verdict programmed, Instant now) {
    ApiKeyWish wish = state.wish();
    if (wish.deleted()) {
      return Verdict.no(
          Reason.Deleted,
          "ApiKey "
              + wish.name()
              + " is being deleted: its key is revoked, and the resource goes once every gateway"
              + " has acknowledged that");
    }
    if (wish.revoked()) {
      return Verdict.no(
          Reason.Revoked, "revoked by spec.revoked: set it to false to have a new key issued");
    }
    if (accepted.status() == Verdict.Status.False) {
      String why = "not accepted (" + accepted.reason() + "): " + accepted.message();
      return Verdict.no(
          Reason.NotAccepted,
          state.endsLater(now) ? why + "; its key is revoked at " + state.endsAt() : why);
    }
    if (accepted.status() == Verdict.Status.Unknown) {
      return Verdict.unknown(accepted.message());
    }
    if (wish.expired(now)) {
      return Verdict.no(
          Reason.Expired,
          "expired at "
              + wish.expiresAt()
              + (state.current().isPresent()
                  ? ": set a later spec.expiresAt to use the same key again"
                  : ", so no key is issued: set a later spec.expiresAt to have one issued"));
    }
    if (state.tenancy() instanceof Tenancy.Granted(_, _, var suspendedBy) && suspendedBy != null) {
      return Verdict.no(
          Reason.OrganizationSuspended,
          "Organization " + suspendedBy + " is suspended: set its spec.suspended to false");
    }
    if (!programmed.isTrue() && state.everIssued()) {
      return Verdict.no(Reason.NotProgrammed, programmed.message());
    }
    return state.current().isPresent()
        ? Verdict.yes(Reason.Ready, "the key in Secret " + wish.secretName() + allowed(state))
        : Verdict.unknown("the key is being issued");
  }

  private static String allowed(ApiKeyState state) {
    boolean nothing =
        state.tenancy() instanceof Tenancy.Granted(_, var permissions, _)
            && permissions.isEmpty()
            && !state.wish().permissions().isEmpty();
    return nothing
        ? " is accepted, but the ceilings above leave it no permission: see Accepted"
        : " is accepted";
  }

  private static String conflict(ApiKeyWish wish, String owner) {
    return "Secret "
        + wish.secretName()
        + " exists and is "
        + owner
        + ": delete it, or create another ApiKey with another spec.secretName";
  }
}
