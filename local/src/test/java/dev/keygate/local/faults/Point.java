package dev.keygate.local.faults;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A place at which the operator can be stopped: before or after a side effect, while it does
 * something for a key or for an organization, or when its term begins.
 */
record Point(Operation operation, Side side, String effect) {

  enum Side {
    BEFORE,
    AFTER
  }

  /** What is asked of the operator, and what it does then, in this order. */
  enum Operation {
    ISSUE(
        List.of("finalizer.add"),
        List.of(
            "feed.IssueVersion",
            "secret.create",
            "feed.ActivateVersion",
            "status.write",
            "event.write")),
    /** The Secret was deleted: a new key is issued, and the old one is revoked. */
    REISSUE(
        List.of(),
        List.of(
            "feed.IssueVersion",
            "secret.create",
            "feed.ActivateVersion",
            "status.write",
            "event.write")),
    /** The key is replaced; a second later the old one ends. */
    ROTATE(
        List.of(),
        List.of(
            "feed.IssueVersion",
            "secret.replace",
            "feed.ActivateVersion",
            "feed.RevokeVersions",
            "status.write",
            "event.write")),
    CHANGE(List.of(), List.of("feed.PutKey", "status.write")),
    REVOKE(
        List.of(), List.of("feed.RevokeVersions", "secret.delete", "status.write", "event.write")),
    DELETE(List.of(), List.of("feed.RemoveKey", "secret.delete"), List.of("finalizer.remove")),
    CREATE_ORGANIZATION(
        List.of("finalizer.add"), List.of("feed.PutOrganization", "status.write", "event.write")),
    SUSPEND(List.of(), List.of("feed.PutOrganization", "status.write", "event.write")),
    RESUME(List.of(), List.of("feed.PutOrganization", "status.write", "event.write")),
    /** Under another parent. */
    MOVE(List.of(), List.of("feed.PutOrganization", "status.write")),
    DELETE_ORGANIZATION(List.of(), List.of("feed.RemoveOrganization"), List.of("finalizer.remove")),
    /** Its term begins on a PostgreSQL that was restarted. */
    LEAD(List.of(), List.of("anchor.write", "vouch"));

    private final List<String> seenAfterOnly;
    private final List<String> effects;
    private final List<String> seenBeforeOnly;

    Operation(List<String> seenAfterOnly, List<String> effects) {
      this(seenAfterOnly, effects, List.of());
    }

    Operation(List<String> seenAfterOnly, List<String> effects, List<String> seenBeforeOnly) {
      this.seenAfterOnly = seenAfterOnly;
      this.effects = effects;
      this.seenBeforeOnly = seenBeforeOnly;
    }

    /** Of one; else, but for {@link #LEAD}, it is done with a key. */
    boolean isOfOrganization() {
      return compareTo(CREATE_ORGANIZATION) >= 0 && this != LEAD;
    }
  }

  /** Of the short run's crashes; its kills meet every one. */
  static List<Point> mostCommon() {
    Set<Operation> common =
        Set.of(Operation.ISSUE, Operation.ROTATE, Operation.REVOKE, Operation.DELETE);
    return all().stream()
        .filter(point -> common.contains(point.operation()) && !point.effect().startsWith("event"))
        .toList();
  }

  /** Every one that there is for a key or an organization. */
  static List<Point> all() {
    return of(EnumSet.complementOf(EnumSet.of(Operation.LEAD)));
  }

  /** Every one that there is for no object, in the order in which a term comes by. */
  static List<Point> ofTerm() {
    return of(EnumSet.of(Operation.LEAD));
  }

  private static List<Point> of(Set<Operation> operations) {
    List<Point> points = new ArrayList<>();
    for (Operation operation : operations) {
      for (String effect : operation.seenAfterOnly) {
        points.add(new Point(operation, Side.AFTER, effect));
      }
      for (String effect : operation.effects) {
        points.add(new Point(operation, Side.BEFORE, effect));
        points.add(new Point(operation, Side.AFTER, effect));
      }
      for (String effect : operation.seenBeforeOnly) {
        points.add(new Point(operation, Side.BEFORE, effect));
      }
    }
    return List.copyOf(points);
  }

  /** What is called so is stopped at it. */
  String name(int round) {
    return "%s-%s-%s-%d"
        .formatted(operation, side, effect, round)
        .replace('.', '-')
        .replace('_', '-')
        .toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "%s %s, %s".formatted(side, effect, operation).toLowerCase(Locale.ROOT);
  }
}
