package dev.keygate.operator.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Anchor;
import dev.keygate.operator.finality.Standing;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.sweep.SweepLimit;
import dev.keygate.operator.sweep.SweepProperties;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.FeedWriter;
import dev.keygate.store.write.FeedWriter.Found;
import dev.keygate.store.write.FeedWriter.Vouched;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import reactor.core.publisher.Mono;

class VouchingTest {

  private static final Instance INSTANCE = new Instance("1/1/1");
  private static final UUID EPOCH = UUID.randomUUID();
  private static final FeedPosition OLD = new FeedPosition(EPOCH, 7, UUID.randomUUID());
  private static final FeedPosition HEAD = new FeedPosition(EPOCH, 9, UUID.randomUUID());

  private final FeedWriter writer = mock();
  private final Anchor anchor = mock();

  /** An etcd that was put back has an old anchor, which an old PostgreSQL has, too. */
  @Test
  void attemptRaisesTheAnchorToTheHeadOfAStoreThatItReliesOn() {
    when(writer.found())
        .thenReturn(new Found(Duration.ofMinutes(2), INSTANCE, Vouched.THIS, Duration.ofHours(1)));
    when(writer.head()).thenReturn(Mono.just(HEAD));
    when(writer.has(any())).thenReturn(Mono.just(true));
    when(anchor.claim()).thenReturn(Optional.of(OLD));

    Optional<Standing> standing = vouching().attempt();

    assertThat(standing).contains(new Standing(INSTANCE, false, Duration.ZERO));
    verify(anchor).set(HEAD);
  }

  @Test
  void attemptRaisesTheAnchorBeforeItVouchesForAnotherInstance() {
    when(writer.found())
        .thenReturn(new Found(Duration.ofMinutes(2), INSTANCE, Vouched.ANOTHER, Duration.ZERO));
    when(writer.head()).thenReturn(Mono.just(HEAD));
    when(writer.has(OLD)).thenReturn(Mono.just(true));
    when(writer.vouch(false)).thenReturn(Mono.empty());
    when(anchor.claim()).thenReturn(Optional.of(OLD));

    assertThat(vouching().attempt()).isPresent();

    InOrder order = inOrder(anchor, writer);
    order.verify(anchor).set(HEAD);
    order.verify(writer).vouch(false);
  }

  private Vouching vouching() {
    return new Vouching(
        writer,
        new StoreGate(_ -> {}),
        mock(StoreReader.class),
        anchor,
        mock(KubernetesClient.class),
        new SweepLimit(new SweepProperties(Duration.ofMinutes(5), 0), new SimpleMeterRegistry()),
        mock(EventWriter.class),
        Effects.unwatched());
  }
}
