package dev.keygate.local.faults;

import static org.awaitility.Awaitility.await;

import dev.keygate.local.process.Child;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** The operator's own process, which {@code kill -9} ends. */
final class OperatorProcess implements Operator {

  private final Child process;
  private final FailpointServer server;
  private final URI health;
  private final HttpClient http = HttpClient.newHttpClient();

  OperatorProcess(FaultStack stack) {
    this.process = stack.process(FaultStack.OPERATOR);
    this.server = stack.failpoints();
    this.health =
        URI.create(stack.stack().endpoints().operators().getFirst() + "/actuator/health/readiness");
  }

  @Override
  public Failpoints failpoints() {
    return server.failpoints();
  }

  @Override
  public void crash() throws InterruptedException {
    process.kill();
  }

  @Override
  public void begin() throws InterruptedException {
    process.start();
  }

  @Override
  public void start() throws InterruptedException {
    begin();
    process.awaitReady(FaultStack.PATIENCE);
    // Ready is also who only waits for the Lease of the one that was killed.
    await("operator leads").atMost(FaultStack.PATIENCE).until(this::leads);
  }

  private boolean leads() throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString())
        .body()
        .contains("\"leading\":true");
  }
}
