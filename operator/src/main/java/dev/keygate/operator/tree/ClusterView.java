package dev.keygate.operator.tree;

import dev.keygate.crds.v1alpha1.Organization;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Optional;

/** Where resources are read from: caches, or the API server itself. */
public interface ClusterView {

  Optional<Organization> organization(String name);

  Optional<Namespace> namespace(String name);

  /** Whether absence here is the truth and not a cache that lags behind. */
  boolean isLive();
}
