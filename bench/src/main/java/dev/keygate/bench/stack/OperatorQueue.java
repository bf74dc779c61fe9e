package dev.keygate.bench.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** What an operator has to do, by its own metrics. */
public final class OperatorQueue {

  private static final String STARTED = "operator_sdk_reconciliations_started_total";
  private static final List<String> PENDING =
      List.of(
          "operator_sdk_reconciliations_queue_size_", "operator_sdk_reconciliations_executions_");
  private static final Duration POLL = Duration.ofMillis(250);

  private final HttpClient client;
  private final HttpRequest request;

  public OperatorQueue(HttpClient client, String managementAddress) {
    this.client = client;
    this.request =
        HttpRequest.newBuilder(URI.create(managementAddress + "/actuator/prometheus"))
            .timeout(Duration.ofSeconds(10))
            .build();
  }

  /**
   * @param started reconciles begun since the process started
   * @param pending reconciles that run or wait in the queue
   */
  public record Work(long started, long pending) {}

  /**
   * Returns how long it took until the operator had begun {@code least} reconciles and nothing ran
   * or waited any more, and then for all of {@code quiet}.
   */
  public Duration awaitEmpty(long least, Duration quiet, Duration patience)
      throws InterruptedException {
    long begin = System.nanoTime();
    long idleSince = begin;
    Work last = new Work(-1, 1);
    while (true) {
      Work now = work(last);
      long nanos = System.nanoTime();
      if (now.pending() > 0 || now.started() < least || now.started() != last.started()) {
        idleSince = nanos;
      } else if (nanos - idleSince >= quiet.toNanos()) {
        return Duration.ofNanos(idleSince - begin);
      }
      if (nanos - begin > patience.toNanos()) {
        throw new IllegalStateException("the operator's queue did not get empty: " + now);
      }
      last = now;
      Thread.sleep(POLL);
    }
  }

  private Work work(Work otherwise) throws InterruptedException {
    try {
      List<Series> all = Series.parse(client.send(request, BodyHandlers.ofString()).body());
      return new Work(Math.round(sum(all, List.of(STARTED))), Math.round(sum(all, PENDING)));
    } catch (IOException _) {
      return otherwise;
    }
  }

  private static double sum(List<Series> all, List<String> prefixes) {
    return all.stream()
        .filter(series -> prefixes.stream().anyMatch(series.name()::startsWith))
        .mapToDouble(Series::value)
        .sum();
  }
}
