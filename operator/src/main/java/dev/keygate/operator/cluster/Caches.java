package dev.keygate.operator.cluster;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.operator.tree.ClusterView;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The informers' caches of one term, and the way to have a resource reconciled again. What a cache
 * does not have is looked up live: absence in a cache is never an answer.
 */
public final class Caches {

  public static final String BY_ORGANIZATION = "keygate-organization";
  public static final String BY_NAMESPACE = "keygate-namespace";
  public static final String BY_UID = "keygate-uid";
  public static final String BY_PARENT = "keygate-parent";

  private final KubernetesClient client;
  private final SimpleInboundEventSource<Organization> organizationWakeUps =
      new SimpleInboundEventSource<>("wake-organizations");
  private final SimpleInboundEventSource<ApiKey> keyWakeUps =
      new SimpleInboundEventSource<>("wake-api-keys");
  private volatile @Nullable IndexerResourceCache<Organization> organizations;
  private volatile @Nullable IndexerResourceCache<ApiKey> keys;
  private volatile @Nullable IndexerResourceCache<Namespace> namespaces;
  private volatile boolean complete;

  public Caches(KubernetesClient client) {
    this.client = client;
  }

  /** Called once, while the controller is being prepared. */
  public SimpleInboundEventSource<Organization> organizations(
      IndexerResourceCache<Organization> cache) {
    cache.addIndexer(BY_PARENT, o -> parentOf(o).stream().toList());
    cache.addIndexer(BY_UID, o -> List.of(o.getMetadata().getUid()));
    organizations = cache;
    return organizationWakeUps;
  }

  /** Called once, while the controller is being prepared. */
  public SimpleInboundEventSource<ApiKey> keys(IndexerResourceCache<ApiKey> cache) {
    cache.addIndexer(BY_ORGANIZATION, k -> organizationOf(k).stream().toList());
    cache.addIndexer(BY_NAMESPACE, k -> List.of(k.getMetadata().getNamespace()));
    cache.addIndexer(BY_UID, k -> List.of(k.getMetadata().getUid()));
    keys = cache;
    return keyWakeUps;
  }

  /** Called once, while the controller is being prepared. */
  public void namespaces(IndexerResourceCache<Namespace> cache) {
    namespaces = cache;
  }

  public static Optional<String> parentOf(Organization organization) {
    return Optional.ofNullable(organization.getSpec())
        .map(spec -> spec.getParentRef())
        .map(ref -> ref.getName());
  }

  public static Optional<String> organizationOf(ApiKey key) {
    return Optional.ofNullable(key.getSpec())
        .map(spec -> spec.getOrganizationRef())
        .map(ref -> ref.getName());
  }

  public List<Organization> organizationsBy(String index, String value) {
    IndexerResourceCache<Organization> cache = organizations;
    return cache == null ? List.of() : cache.byIndex(index, value);
  }

  public List<ApiKey> keysBy(String index, String value) {
    IndexerResourceCache<ApiKey> cache = keys;
    return cache == null ? List.of() : cache.byIndex(index, value);
  }

  /** All that are cached. */
  public Stream<ApiKey> keys() {
    IndexerResourceCache<ApiKey> cache = keys;
    return cache == null ? Stream.empty() : cache.list();
  }

  public void wakeOrganization(String name) {
    IndexerResourceCache<Organization> cache = organizations;
    if (cache != null && cache.get(new ResourceID(name)).isPresent()) {
      organizationWakeUps.propagateEvent(new ResourceID(name));
    }
  }

  /** ApiKeys that name the organization and are not being deleted. */
  public long countKeysOf(String organization) {
    return keysBy(BY_ORGANIZATION, organization).stream()
        .filter(key -> !key.isMarkedForDeletion())
        .count();
  }

  /**
   * The caches hold everything from here on. Until then the count of an organization's keys is not
   * known, and a status keeps the one that it has.
   */
  public void complete() {
    complete = true;
    wakeOrganizationsThatMiscount();
  }

  public boolean isComplete() {
    return complete;
  }

  /** For what no event tells: a key that is gone, a cache that was not complete. */
  public void wakeOrganizationsThatMiscount() {
    IndexerResourceCache<Organization> cache = organizations;
    if (cache != null) {
      cache
          .list()
          .filter(organization -> !shows(organization, countKeysOf(name(organization))))
          .forEach(organization -> wakeOrganization(name(organization)));
    }
  }

  private static boolean shows(Organization organization, long keys) {
    return organization.getStatus() != null
        && Long.valueOf(keys).equals(organization.getStatus().getApiKeys());
  }

  private static String name(Organization organization) {
    return organization.getMetadata().getName();
  }

  public void wakeOrganizationOf(ApiKey key) {
    organizationOf(key).ifPresent(this::wakeOrganization);
  }

  public void wakeKey(ResourceID id) {
    IndexerResourceCache<ApiKey> cache = keys;
    if (cache != null && cache.get(id).isPresent()) {
      keyWakeUps.propagateEvent(id);
    }
  }

  public void wakeKeysOf(String organization) {
    keysBy(BY_ORGANIZATION, organization)
        .forEach(key -> keyWakeUps.propagateEvent(ResourceID.fromResource(key)));
  }

  /** Cached where it is cached, else live. */
  public ClusterView cached() {
    return new View(false);
  }

  /** The API server's own word. */
  public ClusterView live() {
    return new View(true);
  }

  private final class View implements ClusterView {

    private final boolean live;

    View(boolean live) {
      this.live = live;
    }

    @Override
    public Optional<Organization> organization(String name) {
      IndexerResourceCache<Organization> cache = organizations;
      Optional<Organization> found =
          live || cache == null ? Optional.empty() : cache.get(new ResourceID(name));
      return found.or(
          () -> Optional.ofNullable(client.resources(Organization.class).withName(name).get()));
    }

    @Override
    public Optional<Namespace> namespace(String name) {
      IndexerResourceCache<Namespace> cache = namespaces;
      Optional<Namespace> found =
          live || cache == null ? Optional.empty() : cache.get(new ResourceID(name));
      return found.or(() -> Optional.ofNullable(client.namespaces().withName(name).get()));
    }

    @Override
    public boolean isLive() {
      return live;
    }
  }
}
