package dev.keygate.operator.finality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.lease.Replicas.Replica;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SightingsTest {

  private static final UUID ID = UUID.randomUUID();
  private static final long BOUND = Duration.ofSeconds(10).toNanos();

  private final Sightings sightings = new Sightings(Duration.ofNanos(BOUND));

  @Test
  void observeGivesARowUpOnlyAfterItWasUnchangedForTheBound() {
    assertThat(sightings.observe(List.of(row(7)), 0)).isEmpty();
    assertThat(sightings.observe(List.of(row(7)), BOUND - 1)).isEmpty();
    assertThat(sightings.observe(List.of(row(7)), BOUND)).containsExactly(row(7));
  }

  @Test
  void observeStartsAnewWhenTheRowWasRenewed() {
    sightings.observe(List.of(row(7)), 0);
    sightings.observe(List.of(row(8)), BOUND - 1);

    assertThat(sightings.observe(List.of(row(8)), BOUND)).isEmpty();
  }

  @Test
  void observeStartsAnewWhenTheRowWasGoneMeanwhile() {
    sightings.observe(List.of(row(7)), 0);
    sightings.observe(List.of(), 1);

    assertThat(sightings.observe(List.of(row(7)), BOUND)).isEmpty();
  }

  private static Replica row(long renewals) {
    return new Replica(ID, "gateway", null, renewals);
  }
}
