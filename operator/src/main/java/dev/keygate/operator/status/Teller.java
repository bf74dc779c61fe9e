package dev.keygate.operator.status;

import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Transition;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.event.EventWriter;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells how a resource of one kind stands: in its status, and with one Event and one line of the
 * log when that changed something. Safe from any thread.
 */
public final class Teller<R extends CustomResource<?, S>, S> {

  private static final Logger LOGGER = LoggerFactory.getLogger(Teller.class);

  private final Words<R, S> words;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final Clock clock;

  /** What differs from one kind of resource to another. */
  public interface Words<R, S> {

    /** An empty resource. */
    R resource();

    /** An empty status. */
    S status();

    @Nullable List<Condition> conditionsOf(S status);

    /** The same status with other conditions. */
    S with(S status, Verdicts verdicts, long generation, Instant now);

    /** For a spec that can't be brought to the store now. */
    Verdicts storeUnavailable();

    /** For what somebody will not have, and no retry mends; empty: it is no such failure. */
    Optional<Verdicts> refused(String name, RuntimeException failure);

    /** The line of the log. */
    String changed();
  }

  public Teller(Words<R, S> words, StatusWriter statuses, EventWriter events, Clock clock) {
    this.words = words;
    this.statuses = statuses;
    this.events = events;
    this.clock = clock;
  }

  /** The status that the resource has, or an empty one. */
  public S previous(R resource) {
    S status = resource.getStatus();
    return status == null ? words.status() : status;
  }

  /** Writes the status, whatever is there. Fails with KubernetesClientException. */
  public void tell(R resource, S status, Verdicts verdicts, Context<R> context) {
    S previous = previous(resource);
    statuses.write(resource, words.resource(), status, context);
    Transition.between(words.conditionsOf(previous), verdicts)
        .ifPresent(change -> announce(resource, change));
  }

  /** Only for a generation that was not carried out yet: the others stay as they are. */
  public void storeUnavailable(R resource, Context<R> context) {
    Long generation = resource.getMetadata().getGeneration();
    boolean said =
        Conditions.find(words.conditionsOf(previous(resource)), ConditionType.Programmed)
            .filter(c -> generation.equals(c.getObservedGeneration()))
            .isPresent();
    if (!said) {
      say(words.storeUnavailable(), resource, context);
    }
  }

  /** False when the failure is none that a person is to be told of. */
  public boolean refused(RuntimeException failure, R resource, Context<R> context) {
    Optional<Verdicts> verdicts = words.refused(resource.getMetadata().getName(), failure);
    verdicts.ifPresent(said -> say(said, resource, context));
    return verdicts.isPresent();
  }

  /** As the status is, with these conditions; for want of anything better, so it fails silently. */
  private void say(Verdicts verdicts, R resource, Context<R> context) {
    S previous = previous(resource);
    S status =
        words.with(previous, verdicts, resource.getMetadata().getGeneration(), clock.instant());
    if (statuses.same(previous, status)) {
      return;
    }
    try {
      tell(resource, status, verdicts, context);
    } catch (KubernetesClientException e) {
      LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("status not written");
    }
  }

  private void announce(R resource, Transition change) {
    Verdict verdict = change.verdict();
    events.emit(resource, change.isWarning(), verdict.reason(), verdict.message());
    String namespace = resource.getMetadata().getNamespace();
    LoggingEventBuilder line = LOGGER.atInfo();
    (namespace == null ? line : line.addKeyValue("namespace", namespace))
        .addKeyValue("name", resource.getMetadata().getName())
        .addKeyValue("generation", resource.getMetadata().getGeneration())
        .addKeyValue("condition", change.type())
        .addKeyValue("reason", verdict.reason())
        .log(words.changed());
  }
}
