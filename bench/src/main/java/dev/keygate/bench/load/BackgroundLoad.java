package dev.keygate.bench.load;

import dev.keygate.bench.measure.ProcessCpu;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/** Requests through several gateways at once, a thread for each, until it is closed. */
public final class BackgroundLoad implements AutoCloseable {

  private static final Duration SLICE = Duration.ofMillis(500);

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("load-", 0).factory());
  private final List<Future<?>> running = new ArrayList<>();
  private final LongAdder answered = new LongAdder();
  private final long begin = System.nanoTime();
  private volatile boolean closed;

  private BackgroundLoad() {}

  /** One gateway that gets load. */
  public record Target(InetSocketAddress address, ProcessCpu cpu) {}

  /**
   * @param heads of the requests, sent in turn; each must be answered 200
   * @param connections to each gateway
   * @param perSecond to all gateways together; 0: as many as they answer
   */
  public static BackgroundLoad start(
      List<Target> targets, List<String> heads, int connections, int perSecond) {
    BackgroundLoad load = new BackgroundLoad();
    for (Target target : targets) {
      load.running.add(
          load.threads.submit(
              () -> {
                load.run(target, Requests.of(heads), connections, perSecond / targets.size());
                return null;
              }));
    }
    return load;
  }

  /** Answers a second from all gateways since the start. */
  public double perSecond() {
    return answered.sum() * 1e9 / (System.nanoTime() - begin);
  }

  private void run(Target target, Requests requests, int connections, int perSecond)
      throws IOException, InterruptedException {
    try (LoadGenerator load = LoadGenerator.connect(target.address(), connections, target.cpu())) {
      long next = System.nanoTime();
      while (!closed) {
        Window window =
            perSecond == 0 ? load.during(requests, SLICE) : load.count(requests, connections);
        answered.add(window.requests());
        if (perSecond > 0) {
          next = Math.max(next + connections * 1_000_000_000L / perSecond, System.nanoTime());
          Thread.sleep(Duration.ofNanos(next - System.nanoTime()));
        }
      }
    }
  }

  /** Fails when any request was not answered 200. */
  @Override
  public void close() throws InterruptedException, ExecutionException {
    closed = true;
    for (Future<?> each : running) {
      each.get();
    }
    threads.close();
  }
}
