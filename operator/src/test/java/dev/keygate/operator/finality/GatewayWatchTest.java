package dev.keygate.operator.finality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.lease.Replicas.Registered;
import dev.keygate.store.lease.Replicas.Replica;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** With a lease of nothing: who has not renewed between two rounds is degraded. */
class GatewayWatchTest {

  private static final UUID ID = UUID.randomUUID();

  private final Replicas replicas = mock();
  private final List<String> notes = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final GatewayWatch watch = watch();

  @Test
  void runTellsOnceEachTimeThatAGatewayBecomesDegraded() {
    round(1);
    assertThat(notes).isEmpty();

    round(1);
    round(1);
    assertThat(notes)
        .singleElement()
        .satisfies(note -> assertThat(note).contains("gateway-1", "look at its log"));
    assertThat(degraded()).isOne();

    round(2);
    assertThat(degraded()).isZero();
    round(2);
    assertThat(notes).hasSize(2);
  }

  private void round(long renewals) {
    Replica row = new Replica(ID, "gateway-1", null, renewals);
    when(replicas.all()).thenReturn(Mono.just(new Registered(new Instance("1/1/1"), List.of(row))));
    watch.run();
  }

  private double degraded() {
    return metrics.get("keygate.operator.gateways.degraded").gauge().value();
  }

  private GatewayWatch watch() {
    Anchor anchor = mock();
    when(anchor.resource()).thenReturn(Optional.of(new ConfigMap()));
    EventWriter events = mock();
    doAnswer(call -> notes.add(call.getArgument(3)))
        .when(events)
        .emit(any(), anyBoolean(), eq(Reason.GatewayDegraded), any());
    return new GatewayWatch(
        replicas, new StoreGate(_ -> {}), Duration.ZERO, anchor, events, metrics);
  }
}
