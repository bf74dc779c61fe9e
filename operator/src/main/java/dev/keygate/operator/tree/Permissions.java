package dev.keygate.operator.tree;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Arithmetic of permissions: {@code resource:action}, {@code resource:*} and {@code *}. */
public final class Permissions {

  private static final String ALL = "*";

  private Permissions() {}

  /** What both allow, sorted and without what another entry covers. */
  public static List<String> intersection(Collection<String> some, Collection<String> others) {
    TreeSet<String> both = new TreeSet<>();
    for (String one : some) {
      for (String other : others) {
        meet(one, other).ifPresent(both::add);
      }
    }
    return minimal(both);
  }

  /** Sorted and without what another entry covers. */
  public static List<String> minimal(Collection<String> permissions) {
    return new TreeSet<>(permissions)
        .stream()
            .filter(
                one ->
                    permissions.stream()
                        .noneMatch(other -> !other.equals(one) && covers(other, one)))
            .toList();
  }

  private static Optional<String> meet(String one, String other) {
    if (covers(one, other)) {
      return Optional.of(other);
    }
    return covers(other, one) ? Optional.of(one) : Optional.empty();
  }

  private static boolean covers(String wide, String narrow) {
    return wide.equals(ALL)
        || wide.equals(narrow)
        || (wide.endsWith(":*") && narrow.startsWith(wide.substring(0, wide.length() - 1)));
  }
}
