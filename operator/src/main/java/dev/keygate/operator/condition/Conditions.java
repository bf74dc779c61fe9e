package dev.keygate.operator.condition;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns verdicts into conditions as the Kubernetes API conventions want them. */
public final class Conditions {

  /** The API server's limit on a condition's message, in characters. */
  private static final int MAX_MESSAGE = 32_768;

  private Conditions() {}

  /**
   * The conditions to show now; {@code lastTransitionTime} moves only where the status does. One of
   * which nothing new is said stays as it was, with the generation that it speaks of.
   */
  public static List<Condition> merge(
      @Nullable List<Condition> previous, Verdicts verdicts, long generation, Instant now) {
    return Arrays.stream(ConditionType.values())
        .flatMap(
            type ->
                verdicts
                    .of(type)
                    .map(verdict -> condition(previous, type, verdict, generation, now))
                    .or(() -> find(previous, type))
                    .stream())
        .toList();
  }

  public static Optional<Condition> find(@Nullable List<Condition> conditions, ConditionType type) {
    if (conditions == null) {
      return Optional.empty();
    }
    return conditions.stream().filter(c -> type.name().equals(c.getType())).findFirst();
  }

  /** Whether the condition is True and speaks of this generation. */
  public static boolean isTrue(
      @Nullable List<Condition> conditions, ConditionType type, long generation) {
    return find(conditions, type)
        .filter(c -> Verdict.Status.True.name().equals(c.getStatus()))
        .filter(c -> Long.valueOf(generation).equals(c.getObservedGeneration()))
        .isPresent();
  }

  private static Condition condition(
      @Nullable List<Condition> previous,
      ConditionType type,
      Verdict verdict,
      long generation,
      Instant now) {
    String since =
        find(previous, type)
            .filter(old -> verdict.status().name().equals(old.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    String message = verdict.message();
    return new ConditionBuilder()
        .withType(type.name())
        .withStatus(verdict.status().name())
        .withReason(verdict.reason().name())
        .withMessage(
            message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…")
        .withObservedGeneration(generation)
        .withLastTransitionTime(since)
        .build();
  }
}
