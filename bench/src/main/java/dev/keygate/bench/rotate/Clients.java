package dev.keygate.bench.rotate;

import dev.keygate.bench.stack.Refusals;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A client for each key, which sends a request now and then, to one gateway after the other. */
final class Clients implements AutoCloseable {

  private static final int SERVED = 200;
  private static final int BROKEN = 0;

  private final Refusals gateways;
  private final List<String> addresses;
  private final Mounts mounts;
  private final Duration every;
  private final Map<Integer, LongAdder> answers = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  private Clients(Refusals gateways, List<String> addresses, Mounts mounts, Duration every) {
    this.gateways = gateways;
    this.addresses = addresses;
    this.mounts = mounts;
    this.every = every;
  }

  /** Each is at work once this returns. */
  static Clients start(
      Refusals gateways,
      List<String> addresses,
      Mounts mounts,
      List<String> names,
      Duration every) {
    Clients clients = new Clients(gateways, addresses, mounts, every);
    for (int i = 0; i < names.size(); i++) {
      int number = i;
      clients.threads.add(
          Thread.ofVirtual().start(() -> clients.run(number, names.get(number), names.size())));
    }
    return clients;
  }

  /** How many were answered so; 0: the connection broke. */
  Map<Integer, Long> answers() {
    Map<Integer, Long> sums = new TreeMap<>();
    answers.forEach((status, count) -> sums.put(status, count.sum()));
    return sums;
  }

  long served() {
    return answers().getOrDefault(SERVED, 0L);
  }

  long refused() {
    return answers().values().stream().mapToLong(it -> it).sum() - served();
  }

  private void run(int number, String name, int clients) {
    try {
      // Spread over the interval, so that they don't come all at once.
      Thread.sleep(every.multipliedBy(number).dividedBy(clients));
      for (int i = number; !closed; i++) {
        long begin = System.nanoTime();
        answers
            .computeIfAbsent(ask(addresses.get(i % addresses.size()), name), _ -> new LongAdder())
            .increment();
        Thread.sleep(every.minusNanos(Math.min(every.toNanos(), System.nanoTime() - begin)));
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private int ask(String gateway, String name) throws InterruptedException {
    try {
      return gateways.status(gateway, mounts.read(name));
    } catch (IOException _) {
      return BROKEN;
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    for (Thread each : threads) {
      each.join();
    }
  }
}
