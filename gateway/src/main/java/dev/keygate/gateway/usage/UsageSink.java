package dev.keygate.gateway.usage;

import dev.keygate.store.usage.Straggler;
import dev.keygate.store.usage.UsageBatch;
import dev.keygate.store.usage.UsageStore;
import java.util.List;
import reactor.core.publisher.Mono;

/** Where counts go. */
public interface UsageSink {

  /** Adds a batch unless it was added before. */
  Mono<Void> add(UsageBatch batch);

  Mono<Void> addStragglers(List<Straggler> stragglers);

  static UsageSink of(UsageStore store) {
    return new UsageSink() {
      @Override
      public Mono<Void> add(UsageBatch batch) {
        return store.add(batch);
      }

      @Override
      public Mono<Void> addStragglers(List<Straggler> stragglers) {
        return store.addStragglers(stragglers);
      }
    };
  }
}
