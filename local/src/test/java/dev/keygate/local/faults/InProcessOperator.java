package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.local.faults.InProcessListener.Life;
import dev.keygate.operator.leadership.TermUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A term of the operator in this JVM. It crashes by losing every connection at once while its
 * threads stand still: nothing of it can reach anything any more. For one thread.
 */
final class InProcessOperator implements Operator, AutoCloseable {

  private final FaultStack stack;
  private final Failpoints failpoints = new Failpoints();
  private int terms;
  private @Nullable Running running;

  /**
   * @param beginning ends when the term leads
   */
  private record Running(
      FutureTask<TermUnderTest> term, Thread beginning, Life life, Wire database, Wire apiServer) {}

  InProcessOperator(FaultStack stack) {
    this.stack = stack;
  }

  @Override
  public Failpoints failpoints() {
    return failpoints;
  }

  @Override
  public void begin() {
    Wire database = new Wire(URI.create(stack.stack().endpoints().databaseUrl()).getPort());
    Wire apiServer = new Wire(URI.create(stack.stack().endpoints().apiServer()).getPort());
    Life life = new Life(failpoints);
    InProcessListener.next(life);
    terms++;
    String name = "term-" + terms;
    FutureTask<TermUnderTest> term =
        new FutureTask<>(
            () -> TermUnderTest.begin(properties(database.port()), kubeconfig(apiServer), name));
    Thread beginning = Thread.ofPlatform().daemon().name(name).start(term);
    running = new Running(term, beginning, life, database, apiServer);
  }

  @Override
  public void start() throws InterruptedException {
    begin();
    try {
      Objects.requireNonNull(running).term().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the term did not begin", e.getCause());
    }
  }

  /**
   * Fails when the term had ended by itself: then nobody worked any more, and a test saw nothing.
   */
  @Override
  public void crash() throws InterruptedException {
    Running crashing = running;
    running = null;
    if (crashing == null) {
      return;
    }
    boolean began = crashing.term().state() == Future.State.SUCCESS;
    boolean endedBefore = began && crashing.term().resultNow().hasEnded();
    crashing.life().end();
    crashing.database().close();
    crashing.apiServer().close();
    // The next one may not begin beside it.
    crashing.beginning().interrupt();
    crashing.beginning().join();
    if (crashing.term().state() == Future.State.SUCCESS) {
      // Only now, when it can't reach anything: what is left of it in this JVM.
      Thread.ofPlatform().daemon().name("remains").start(crashing.term().resultNow()::close);
    }
    assertThat(endedBefore).as("the term ended by itself").isFalse();
  }

  @Override
  public void close() throws InterruptedException {
    crash();
  }

  private Map<String, String> properties(int databasePort) {
    URI database = URI.create(stack.stack().endpoints().databaseUrl());
    Map<String, String> properties = new HashMap<>();
    properties.put(
        "keygate.store.url",
        "r2dbc:postgresql://127.0.0.1:%d%s".formatted(databasePort, database.getPath()));
    properties.put("keygate.store.username", "keygate_operator");
    properties.put(
        "keygate.store.password-file",
        stack.stack().directory().resolve("secrets/keygate_operator.password").toString());
    FaultStack.operatorArguments(Plan.current())
        .forEach(
            argument -> {
              String[] parts = argument.substring(2).split("=", 2);
              properties.put(parts[0], parts[1]);
            });
    return properties;
  }

  private Path kubeconfig(Wire apiServer) {
    Path secrets = stack.stack().directory().resolve("secrets");
    String own = stack.stack().endpoints().apiServer();
    try {
      Path file = secrets.resolve("term.kubeconfig");
      Files.writeString(
          file,
          Files.readString(secrets.resolve("operator.kubeconfig"))
              .replace(own, "https://127.0.0.1:" + apiServer.port()));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
