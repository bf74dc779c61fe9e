package dev.keygate.operator.organization;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Node;
import dev.keygate.store.write.Command.OrganizationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is said of an Organization; one function writes each condition. */
final class OrganizationConditions {

  /** Names given in full when deletion waits for them. */
  private static final int NAMED = 3;

  private OrganizationConditions() {}

  static Verdicts of(OrganizationState state) {
    Verdict accepted = accepted(state);
    Verdict programmed = programmed(state, accepted);
    return new Verdicts(accepted, programmed, ready(state, accepted, programmed));
  }

  /** For a resource whose deletion waits. The organization is in force until then. */
  static Verdicts blocked(OrganizationState state) {
    Verdicts now = of(state);
    return new Verdicts(
        now.accepted(),
        now.programmed(),
        Verdict.no(
            Reason.DeletionBlocked,
            "Organization "
                + state.wish().name()
                + " is deleted once nothing depends on it; it waits for "
                + dependents(state)
                + keysUntilThen(state)));
  }

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
    Verdict accepted = Verdict.no(Reason.Invalid, "Organization " + name + ": " + why);
    return new Verdicts(
        accepted,
        Verdict.unknown("this spec was refused; what was in force before stays so"),
        Verdict.no(Reason.NotAccepted, "not accepted (Invalid): " + accepted.message()));
  }

  private static Verdict accepted(OrganizationState state) {
    String name = state.wish().name();
    return switch (state.parent()) {
      case Parent.Missing(var parent) ->
          Verdict.no(
              Reason.OrganizationNotFound,
              "parent Organization " + parent + " does not exist: create it, or name another one");
      case Parent.NotInForce(var parent) ->
          Verdict.no(
              Reason.OrganizationNotAccepted,
              "parent Organization " + parent + " is not accepted: see its conditions");
      case Parent.Cycle(var path) -> Verdict.no(Reason.ParentCycle, cycle(name, path));
      case Parent.None _, Parent.InForce _ -> answered(state);
    };
  }

  private static Verdict answered(OrganizationState state) {
    OrganizationWish wish = state.wish();
    return switch (state.answer()) {
      case null -> Verdict.yes(Reason.Accepted, "the spec is valid and in force");
      case OrganizationResult.Written _ ->
          Verdict.yes(Reason.Accepted, "the spec is valid and in force");
      case OrganizationResult.DuplicateId(var owner) ->
          Verdict.no(
              Reason.Invalid,
              "id "
                  + wish.id()
                  + " belongs to Organization "
                  + owner
                  + ": delete this Organization and create one with another spec.id");
      case OrganizationResult.ParentMissing _ ->
          Verdict.no(
              Reason.OrganizationNotFound,
              "parent Organization " + wish.parent() + " is not in force yet");
      case OrganizationResult.Cycle(var path) ->
          Verdict.no(Reason.ParentCycle, cycle(wish.name(), path));
      case OrganizationResult.HasDependents(var children, var keys) ->
          Verdict.no(
              Reason.Invalid,
              "Organization "
                  + wish.name()
                  + " was created anew with id "
                  + wish.id()
                  + ", while "
                  + children
                  + " organizations and "
                  + keys
                  + " keys still depend on it under its former id: delete these first");
    };
  }

  private static Verdict programmed(OrganizationState state, Verdict accepted) {
    if (accepted.status() == Verdict.Status.False && state.inForce() != null) {
      return Verdict.unknown("this spec was refused; the organization stays as it was before");
    }
    if (state.inForce() == null) {
      return Verdict.unknown("nothing of it is in force yet");
    }
    return switch (state.acknowledgement()) {
      case Acknowledgement.Unknown _ -> Verdict.unknown("acknowledgements were not looked at yet");
      case Acknowledgement.Waiting waiting ->
          Verdict.no(Reason.AwaitingReplicas, waiting.explained());
      case Acknowledgement.Done _ ->
          Verdict.yes(Reason.Programmed, "every live gateway replica has acknowledged it");
    };
  }

  private static String keysUntilThen(OrganizationState state) {
    return suspendedBy(state)
        .map(
            name ->
                "; until then its keys are refused, since Organization " + name + " is suspended")
        .orElse(
            "; until then its keys are accepted: set its spec.suspended to true to refuse them at"
                + " once");
  }

  private static Optional<String> suspendedBy(OrganizationState state) {
    return state.chain().stream().filter(Node::suspended).map(Node::name).findFirst();
  }

  private static Verdict ready(OrganizationState state, Verdict accepted, Verdict programmed) {
    if (accepted.status() == Verdict.Status.False) {
      return Verdict.no(
          Reason.NotAccepted, "not accepted (" + accepted.reason() + "): " + accepted.message());
    }
    Optional<String> suspendedBy = suspendedBy(state);
    if (suspendedBy.isPresent()) {
      return Verdict.no(
          Reason.OrganizationSuspended,
          "Organization "
              + suspendedBy.get()
              + " is suspended: set its spec.suspended to false to accept its keys again");
    }
    if (!programmed.isTrue()) {
      return state.inForce() == null
          ? Verdict.unknown("is being brought to the gateways")
          : Verdict.no(Reason.NotProgrammed, programmed.message());
    }
    return Verdict.yes(Reason.Ready, "keys at or below it are accepted");
  }

  private static String cycle(String name, List<String> path) {
    return "Organization "
        + name
        + " would be above itself ("
        + String.join(" → ", path)
        + "): nothing was moved; name another parent";
  }

  private static String dependents(OrganizationState state) {
    List<String> waits = new ArrayList<>();
    if (!state.children().isEmpty()) {
      waits.add("Organization " + some(state.children()));
    }
    if (!state.keys().isEmpty()) {
      waits.add("ApiKey " + some(state.keys()));
    }
    return waits.isEmpty()
        ? "what is left of its keys in the store"
        : String.join(" and ", waits) + ", which somebody has to delete as well";
  }

  private static String some(List<String> names) {
    String first = String.join(", ", names.stream().sorted().limit(NAMED).toList());
    int more = names.size() - NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
