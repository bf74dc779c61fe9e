package dev.keygate.store.write;

import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.write.Command.ActivateVersion;
import dev.keygate.store.write.Command.IssueVersion;
import dev.keygate.store.write.Command.KeyResult;
import dev.keygate.store.write.Command.KeyResult.Conflict;
import dev.keygate.store.write.Command.KeyResult.OrganizationMissing;
import dev.keygate.store.write.Command.KeyResult.Written;
import dev.keygate.store.write.Command.KeySpec;
import dev.keygate.store.write.Command.PutKey;
import dev.keygate.store.write.Command.RemoveKey;
import dev.keygate.store.write.Command.RevokeVersions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Decides on commands about keys. In-memory only. */
final class KeyRules {

  private KeyRules() {}

  static KeyResult put(WorkingSet set, PutKey command) {
    Optional<KeyRow> found = set.key(command.key().uid());
    if (found.isEmpty()) {
      return new Conflict("the store has no such key");
    }
    return put(set, found.get(), stored(command.key()));
  }

  private static KeyResult put(WorkingSet set, KeyRow key, KeySpec spec) {
    if (key.deleted()) {
      return new Conflict("the key is deleted");
    }
    if (set.organizationById(spec.organizationId()).isEmpty()) {
      return new OrganizationMissing();
    }
    if (!key.spec().equals(spec)) {
      write(set, key.with(spec));
      set.audit(AuditRow.of("KeyChanged", spec, null, null));
    }
    return new Written();
  }

  /** Sent again after its answer was lost, it finds its own version and writes nothing. */
  static KeyResult issue(WorkingSet set, IssueVersion command) {
    KeySpec spec = stored(command.key());
    Optional<KeyRow> found = set.key(spec.uid());
    if (found.isPresent() && found.get().versions().stream().anyMatch(v -> isRetry(v, command))) {
      return put(set, found.get(), spec);
    }
    if (found.isPresent() && found.get().deleted()) {
      return new Conflict("the key is deleted");
    }
    if (set.isTaken(command.keyId(), command.hash())) {
      return new Conflict("the key id or the hash was used before");
    }
    if (set.organizationById(spec.organizationId()).isEmpty()) {
      return new OrganizationMissing();
    }
    KeyRow key =
        found
            .orElseGet(() -> new KeyRow(spec, 0, set.now(), null, List.of()))
            .with(spec)
            .handled(command.revision());
    List<KeyRow.Version> versions = new ArrayList<>(key.versions());
    versions.add(
        new KeyRow.Version(
            command.keyId(),
            key.nextNumber(),
            command.hash(),
            command.hint(),
            State.PENDING,
            set.seq(),
            set.now(),
            command.reason(),
            null,
            null,
            null,
            null));
    write(set, key.with(versions));
    set.audit(AuditRow.of("VersionIssued", spec, command.keyId(), command.reason()));
    return new Written();
  }

  private static boolean isRetry(KeyRow.Version version, IssueVersion command) {
    return version.state() == State.PENDING
        && version.keyId().equals(command.keyId())
        && version.hash().equals(command.hash());
  }

  static KeyResult activate(WorkingSet set, ActivateVersion command) {
    Optional<KeyRow> found = set.key(command.uid()).filter(key -> !key.deleted());
    if (found.isEmpty()) {
      return new Conflict("the store has no such key");
    }
    KeyRow key = found.get();
    Optional<KeyRow.Version> wanted =
        key.versions().stream().filter(v -> v.keyId().equals(command.keyId())).findFirst();
    if (wanted.isEmpty()) {
      return new Conflict("the key has no version " + command.keyId());
    }
    return switch (wanted.get().state()) {
      case ACTIVE -> new Written();
      case RETIRING, REVOKED ->
          new Conflict("version " + command.keyId() + " is " + wanted.get().state());
      case PENDING -> {
        changeVersions(set, key, version -> afterActivation(set, command, version));
        set.audit(AuditRow.of("VersionActivated", key.spec(), command.keyId(), null));
        yield new Written();
      }
    };
  }

  private static KeyRow.Version afterActivation(
      WorkingSet set, ActivateVersion command, KeyRow.Version version) {
    if (version.keyId().equals(command.keyId())) {
      return version.active(set.seq(), set.now());
    }
    return switch (version.state()) {
      case PENDING -> version.revoked(set.seq(), set.now(), "NeverDelivered");
      case ACTIVE ->
          command.overlap().isPositive()
              ? version.retiring(set.seq(), micros(set.now().plus(command.overlap())))
              : version.revoked(set.seq(), set.now(), "Replaced");
      case RETIRING ->
          command.overlap().isPositive()
              ? version
              : version.revoked(set.seq(), set.now(), "Replaced");
      case REVOKED -> version;
    };
  }

  static KeyResult revoke(WorkingSet set, RevokeVersions command) {
    Optional<KeyRow> found = set.key(command.uid());
    if (found.isEmpty()) {
      return new Conflict("the store has no such key");
    }
    KeyRow key = found.get();
    Set<String> known =
        key.versions().stream().map(KeyRow.Version::keyId).collect(Collectors.toSet());
    if (!known.containsAll(command.keyIds())) {
      return new Conflict("the key does not have all of these versions");
    }
    changeVersions(
        set,
        key,
        version ->
            version.state().usable()
                    && (command.keyIds().isEmpty() || command.keyIds().contains(version.keyId()))
                ? version.revoked(set.seq(), set.now(), command.reason())
                : version);
    return new Written();
  }

  static KeyResult remove(WorkingSet set, RemoveKey command) {
    Optional<KeyRow> found = set.key(command.uid()).filter(key -> !key.deleted());
    if (found.isPresent()) {
      KeyRow key = found.get();
      List<KeyRow.Version> versions =
          changed(
              set,
              key,
              version ->
                  version.state().usable()
                      ? version.revoked(set.seq(), set.now(), command.reason())
                      : version);
      write(set, key.with(versions).deletedAt(set.now()));
      set.audit(AuditRow.of("KeyRemoved", key.spec(), null, command.reason()));
    }
    return new Written();
  }

  private static void changeVersions(
      WorkingSet set, KeyRow key, UnaryOperator<KeyRow.Version> change) {
    List<KeyRow.Version> versions = changed(set, key, change);
    if (!versions.equals(key.versions())) {
      write(set, key.with(versions));
    }
  }

  /** With an audit row for each version that is revoked by the change. */
  private static List<KeyRow.Version> changed(
      WorkingSet set, KeyRow key, UnaryOperator<KeyRow.Version> change) {
    List<KeyRow.Version> versions = new ArrayList<>();
    for (KeyRow.Version version : key.versions()) {
      KeyRow.Version next = change.apply(version);
      versions.add(next);
      if (version.state().usable() && !next.state().usable()) {
        set.audit(AuditRow.of("VersionRevoked", key.spec(), next.keyId(), next.reason()));
      }
    }
    return versions;
  }

  private static void write(WorkingSet set, KeyRow key) {
    set.put(key);
    set.log(key.toChange());
  }

  /** As it will be read back: PostgreSQL keeps microseconds. */
  private static KeySpec stored(KeySpec spec) {
    return spec.expiresAt() == null
        ? spec
        : new KeySpec(
            spec.uid(),
            spec.namespace(),
            spec.name(),
            spec.organizationId(),
            spec.environment(),
            spec.permissions(),
            micros(spec.expiresAt()));
  }

  private static Instant micros(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }
}
