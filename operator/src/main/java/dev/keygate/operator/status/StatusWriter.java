package dev.keygate.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keygate.operator.effect.Effects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Writes a status by server-side apply, with the UID and the resourceVersion that it was decided
 * on, so that a deposed operator or a stale cache can't overwrite a newer one: a conflict (409) is
 * the caller's to read again. The answer goes into the controller's cache at once, so the next
 * reconcile compares with it.
 */
public final class StatusWriter {

  public static final String FIELD_MANAGER = "keygate-operator";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Effects effects;
  private final MeterRegistry metrics;

  public StatusWriter(Effects effects, MeterRegistry metrics) {
    this.effects = effects;
    this.metrics = metrics;
  }

  public boolean same(Object one, Object other) {
    return JSON.<JsonNode>valueToTree(one).equals(JSON.<JsonNode>valueToTree(other));
  }

  /**
   * Writes it, whatever is there.
   *
   * @param fresh an empty resource of the same type, which this fills
   */
  public <S, R extends CustomResource<?, S>> void write(
      R original, R fresh, S status, Context<R> context) {
    fresh.setMetadata(identity(original));
    fresh.setSpec(null);
    fresh.setStatus(status);
    R updated =
        effects.run(Effects.STATUS_WRITE, Effects.nameOf(original), () -> apply(fresh, context));
    context
        .eventSourceRetriever()
        .getControllerEventSource()
        .handleRecentResourceUpdate(ResourceID.fromResource(original), updated, original);
    metrics.counter("keygate.operator.status.writes", "kind", original.getKind()).increment();
  }

  private static <R extends HasMetadata> R apply(R fresh, Context<?> context) {
    return context
        .getClient()
        .resource(fresh)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(FIELD_MANAGER)
                .withForce(true)
                .build());
  }

  private static io.fabric8.kubernetes.api.model.ObjectMeta identity(HasMetadata original) {
    return new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
        .withName(original.getMetadata().getName())
        .withNamespace(original.getMetadata().getNamespace())
        .withUid(original.getMetadata().getUid())
        .withResourceVersion(original.getMetadata().getResourceVersion())
        .build();
  }
}
