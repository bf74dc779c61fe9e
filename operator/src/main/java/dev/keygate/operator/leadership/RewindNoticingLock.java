package dev.keygate.operator.leadership;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The Lease, which also tells when etcd was put back to an earlier state: in one etcd the resource
 * version of what is read only rises. A watch that was begun before would wait in silence until the
 * versions have caught up with it, so whoever has caches has to fill them anew. What is compared is
 * the Lease as it is read before each renewal: an etcd of the last two retry periods looks the
 * same.
 */
final class RewindNoticingLock extends LeaseLock {

  private final AtomicLong latest = new AtomicLong();
  private final CompletableFuture<Void> rewound = new CompletableFuture<>();

  RewindNoticingLock(String namespace, String name, String identity) {
    super(namespace, name, identity);
  }

  /** Completes when the Lease was read in an earlier version than once before. */
  CompletableFuture<Void> rewound() {
    return rewound;
  }

  @Override
  protected LeaderElectionRecord toRecord(Lease lease) {
    long version = Long.parseLong(lease.getMetadata().getResourceVersion());
    if (latest.getAndAccumulate(version, Math::max) > version) {
      rewound.complete(null);
    }
    return super.toRecord(lease);
  }
}
