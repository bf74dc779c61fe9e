package dev.keygate.local.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A place at which the operator can be stopped: before or after a side effect, while it does
 * something for a key.
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
    DELETE(List.of(), List.of("feed.RemoveKey", "secret.delete"));

    private final List<String> seenAfterOnly;
    private final List<String> effects;

    Operation(List<String> seenAfterOnly, List<String> effects) {
      this.seenAfterOnly = seenAfterOnly;
      this.effects = effects;
    }
  }

  /** Every one. */
  static List<Point> all() {
    List<Point> points = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (String effect : operation.seenAfterOnly) {
        points.add(new Point(operation, Side.AFTER, effect));
      }
      for (String effect : operation.effects) {
        points.add(new Point(operation, Side.BEFORE, effect));
        points.add(new Point(operation, Side.AFTER, effect));
      }
    }
    points.add(new Point(Operation.DELETE, Side.BEFORE, "finalizer.remove"));
    return List.copyOf(points);
  }

  /** A key of this name is stopped at it. */
  String keyName(int round) {
    return "%s-%s-%s-%d"
        .formatted(operation, side, effect.replace('.', '-'), round)
        .toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "%s %s, %s".formatted(side, effect, operation).toLowerCase(Locale.ROOT);
  }
}
