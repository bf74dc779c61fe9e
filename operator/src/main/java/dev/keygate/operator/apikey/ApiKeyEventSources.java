package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.operator.cluster.Caches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What has an ApiKey reconciled besides its own spec. */
final class ApiKeyEventSources {

  private ApiKeyEventSources() {}

  static List<EventSource<?, ApiKey>> of(EventSourceContext<ApiKey> context, Caches caches) {
    var wakeUps = caches.keys(context.getPrimaryCache());
    var namespaces = namespaces(context, caches);
    caches.namespaces(namespaces);
    return List.of(wakeUps, secrets(context), namespaces);
  }

  /** Changed or deleted by somebody. The store keeps metadata only, so no key sits in a cache. */
  private static InformerEventSource<Secret, ApiKey> secrets(EventSourceContext<ApiKey> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(Secret.class, ApiKey.class)
            .withName("secrets")
            .withLabelSelector(BindingSecret.MANAGED_BY + "=" + BindingSecret.MANAGER)
            .withWatchAllNamespaces()
            .withItemStore(metadataOnly(Secret.class, context))
            .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(ApiKey.class))
            // Our own creation needs no second look; somebody else's has no such owner.
            .withOnAddFilter(_ -> false)
            .build(),
        context);
  }

  /** A label that an organization's selector asks for came or went. */
  private static InformerEventSource<Namespace, ApiKey> namespaces(
      EventSourceContext<ApiKey> context, Caches caches) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(Namespace.class, ApiKey.class)
            .withName("namespaces")
            .withWatchAllNamespaces()
            .withItemStore(metadataOnly(Namespace.class, context))
            .withSecondaryToPrimaryMapper(
                namespace ->
                    caches.keysBy(Caches.BY_NAMESPACE, namespace.getMetadata().getName()).stream()
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
            .withOnAddFilter(_ -> false)
            .withOnUpdateFilter(
                (now, before) ->
                    !Objects.equals(
                        now.getMetadata().getLabels(), before.getMetadata().getLabels()))
            .withOnDeleteFilter((_, _) -> false)
            .build(),
        context);
  }

  private static <R extends HasMetadata> ReducedStateItemStore<R> metadataOnly(
      Class<R> type, EventSourceContext<ApiKey> context) {
    return new ReducedStateItemStore<>(
        ReducedStateItemStore.NAME_KEY_STATE,
        type,
        context.getClient().getKubernetesSerialization(),
        "metadata.uid",
        "metadata.labels",
        "metadata.ownerReferences");
  }
}
