package dev.keygate.bench.suspend;

import dev.keygate.bench.stack.Refusals;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Asks one gateway again and again, with one key after the other, until it refuses. */
final class Probe {

  private static final int ACCEPTED = 200;
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final Refusals gateways;
  private final String gateway;
  private final List<String> keys;
  private final CompletableFuture<Instant> refused = new CompletableFuture<>();

  private Probe(Refusals gateways, String gateway, List<String> keys) {
    this.gateways = gateways;
    this.gateway = gateway;
    this.keys = keys;
  }

  /** Completes with the moment of the first refusal; ends by itself. */
  static CompletableFuture<Instant> start(Refusals gateways, String gateway, List<String> keys) {
    Probe probe = new Probe(gateways, gateway, keys);
    Thread.ofVirtual().start(probe::run);
    return probe.refused;
  }

  private void run() {
    try {
      for (int i = 0;
          gateways.status(gateway, keys.get(i)) == ACCEPTED;
          i = (i + 1) % keys.size()) {
        Thread.sleep(PAUSE);
      }
      refused.complete(Instant.now());
    } catch (IOException | InterruptedException e) {
      refused.completeExceptionally(e);
    }
  }
}
