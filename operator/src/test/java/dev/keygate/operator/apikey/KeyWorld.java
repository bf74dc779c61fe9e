package dev.keygate.operator.apikey;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.write.Command.KeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store, an API server and a process's memory in miniature: it carries out the steps of a plan as
 * the real ones do, and can lose its memory as a process does that is killed.
 */
final class KeyWorld {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final String UID = "uid-1";

  private final List<Version> versions = new ArrayList<>();
  private @Nullable KeySpec stored;
  private SecretView secret = new SecretView.Absent();
  private @Nullable String held;
  private Acknowledgement acknowledgement = new Acknowledgement.Unknown();
  private Tenancy tenancy = new Tenancy.Granted("acme", List.of("*"), null);
  private boolean revoked;
  private boolean deleted;
  private boolean lookedAround;
  private @Nullable Instant expiresAt;
  private List<String> problems = List.of();
  private @Nullable Instant endsAt;
  private RotationWish rotation = RotationWish.NONE;
  private long handled;
  private @Nullable Retiring traffic;
  private Retiring evidence =
      new Retiring(
          UID, "", null, NOW, NOW.plusSeconds(3600), null, null, NOW, null, null, NOW, 1, NOW);
  private Instant now = NOW;
  private int minted;
  private int mostUsable;

  ApiKeyState state() {
    ApiKeyState state =
        new ApiKeyState(
            wish(),
            tenancy,
            stored,
            handled,
            versions,
            traffic,
            List.of(),
            secret,
            held,
            acknowledgement,
            endsAt);
    return revoked && !lookedAround
        ? state.with(new Tenancy.Undecided("not looked at"), null).with(new SecretView.Unread())
        : state;
  }

  ApiKeyWish wish() {
    return new ApiKeyWish(
        UID,
        "team-a",
        "crm",
        1,
        "acme",
        "live",
        List.of("*"),
        "crm",
        expiresAt,
        revoked,
        deleted,
        rotation,
        problems);
  }

  KeyWorld rotation(RotationWish value) {
    rotation = value;
    return this;
  }

  KeyWorld revision(long revision) {
    return rotation(
        new RotationWish(null, revision, Duration.ofHours(1), Duration.ofMinutes(5), false));
  }

  KeyWorld evidence(Retiring value) {
    evidence = value;
    return this;
  }

  KeyWorld at(Instant time) {
    now = time;
    return this;
  }

  KeyWorld revoked(boolean value) {
    revoked = value;
    lookedAround = false;
    return this;
  }

  /** The resource is being deleted, and its versions are revoked. */
  KeyWorld removed() {
    deleted = true;
    committed(() -> versions.replaceAll(v -> revoked(v, "Deleted")));
    return this;
  }

  KeyWorld expiresAt(Instant time) {
    expiresAt = time;
    return this;
  }

  KeyWorld problems(String... sentences) {
    problems = List.of(sentences);
    return this;
  }

  KeyWorld tenancy(Tenancy value) {
    tenancy = value;
    return this;
  }

  KeyWorld secret(SecretView value) {
    secret = value;
    return this;
  }

  KeyWorld acknowledgement(Acknowledgement value) {
    acknowledgement = value;
    return this;
  }

  KeyWorld endsAt(Instant time) {
    endsAt = time;
    return this;
  }

  /** A world in which the key has been issued and acknowledged. */
  KeyWorld issued() {
    settle();
    return this;
  }

  /** The process is killed and another one begins. */
  void crash() {
    held = null;
    traffic = null;
    lookedAround = false;
    acknowledgement = new Acknowledgement.Unknown();
  }

  int minted() {
    return minted;
  }

  int mostUsable() {
    return mostUsable;
  }

  /** Steps until there is nothing more to do; the steps taken. */
  List<ApiKeyPlan> settle() {
    return settle(Integer.MAX_VALUE);
  }

  /** At most so many steps. */
  List<ApiKeyPlan> settle(int most) {
    List<ApiKeyPlan> taken = new ArrayList<>();
    while (taken.size() < most) {
      ApiKeyPlan plan = ApiKeyPolicy.next(state(), now);
      if (plan instanceof ApiKeyPlan.Settle) {
        return taken;
      }
      if (taken.size() > 30) {
        throw new AssertionError("never settles: " + taken);
      }
      carryOut(plan);
      taken.add(plan);
    }
    return taken;
  }

  void carryOut(ApiKeyPlan plan) {
    switch (plan) {
      case ApiKeyPlan.LookAround _ -> lookedAround = true;
      case ApiKeyPlan.ConfirmRefusal _ -> {
        if (tenancy instanceof Tenancy.Refused(var reason, var message, _)) {
          tenancy = new Tenancy.Refused(reason, message, true);
        }
      }
      case ApiKeyPlan.PutSpec(var spec) -> committed(() -> stored = spec);
      case ApiKeyPlan.Mint(var spec, var reason) -> mint(spec, reason);
      case ApiKeyPlan.AwaitReplicas _ -> acknowledgement = new Acknowledgement.Final(1, 1, NOW);
      case ApiKeyPlan.LookAtTraffic _ -> traffic = evidence;
      case ApiKeyPlan.Deliver(var keyId) -> {
        secret =
            new SecretView.Ours(
                "1", hash(keyId), state().current().map(Version::hash).orElse(null), true);
        held = null;
      }
      case ApiKeyPlan.RepairSecret(var keyId, _, var keep) ->
          secret =
              new SecretView.Ours(
                  "2",
                  hash(keyId),
                  keep && secret instanceof SecretView.Ours ours ? ours.previous() : null,
                  true);
      case ApiKeyPlan.Activate(var keyId, var overlap) ->
          committed(() -> versions.replaceAll(v -> activated(v, keyId, overlap.isPositive())));
      case ApiKeyPlan.Revoke(var keyIds, var reason) ->
          committed(
              () ->
                  versions.replaceAll(
                      v -> keyIds.contains(v.keyId()) ? revoked(v, reason.name()) : v));
      case ApiKeyPlan.DeleteSecret _ -> secret = new SecretView.Absent();
      case ApiKeyPlan.Settle _ -> {}
    }
  }

  void put(String keyId, State state) {
    versions.add(version(keyId, versions.size() + 1, state, Reason.Created));
    stored = wish().keySpec("acme");
  }

  void putIssued(String keyId, State state, Reason reason, Instant at) {
    Version v = version(keyId, versions.size() + 1, state, reason);
    versions.add(
        new Version(
            keyId,
            v.number(),
            v.hash(),
            v.hint(),
            state,
            v.position(),
            at,
            reason.name(),
            at,
            null,
            null,
            null,
            0,
            null));
  }

  static KeyHash hash(String keyId) {
    return new KeyHash(keyId.hashCode(), 0, 0, 0);
  }

  private void mint(KeySpec spec, Reason reason) {
    String keyId = "key-" + ++minted;
    held = keyId;
    committed(
        () -> {
          stored = spec;
          handled = Math.max(handled, rotation.revision());
          versions.add(version(keyId, versions.size() + 1, State.PENDING, reason));
        });
  }

  private void committed(Runnable change) {
    change.run();
    traffic = null;
    acknowledgement = new Acknowledgement.Unknown();
    mostUsable =
        Math.max(mostUsable, (int) versions.stream().filter(v -> v.state().usable()).count());
  }

  private static Version activated(Version v, String keyId, boolean overlaps) {
    if (v.keyId().equals(keyId)) {
      return in(v, State.ACTIVE);
    }
    return overlaps && (v.state() == State.ACTIVE || v.state() == State.RETIRING)
        ? in(v, State.RETIRING)
        : revoked(v, "Replaced");
  }

  private static Version revoked(Version v, String reason) {
    return v.state() == State.REVOKED
        ? v
        : new Version(
            v.keyId(),
            v.number(),
            v.hash(),
            v.hint(),
            State.REVOKED,
            v.position(),
            v.issuedAt(),
            v.issueReason(),
            v.activatedAt(),
            v.retireAt(),
            NOW,
            reason,
            0,
            null);
  }

  private static Version in(Version v, State state) {
    return v.state() == State.REVOKED
        ? v
        : version(v.keyId(), v.number(), state, Reason.valueOf(v.issueReason()));
  }

  private static Version version(String keyId, int number, State state, Reason reason) {
    return new Version(
        keyId,
        number,
        hash(keyId),
        "pc_live_…abcd",
        state,
        number,
        NOW,
        reason.name(),
        state == State.ACTIVE || state == State.RETIRING ? NOW : null,
        null,
        null,
        null,
        0,
        null);
  }
}
