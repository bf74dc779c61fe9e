package dev.keygate.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path temp;

  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor = Supervisor.start(temp, said::add, Duration.ofSeconds(1));
  }

  @AfterEach
  void close() {
    supervisor.close();
  }

  @Test
  void startWritesPidAndLog() throws Exception {
    Child child = child("one", "echo hello; exec sleep 600");

    child.start();

    await().untilAsserted(() -> assertThat(child.log()).hasContent("hello"));
    assertThat(temp.resolve("pids/one.pid")).hasContent(child.pid() + "\n");
    assertThat(ProcessHandle.of(child.pid())).isPresent();
  }

  @Test
  void startRemovesTheIdsThatAnEarlierOneLeft() throws Exception {
    Path left = Files.writeString(temp.resolve("pids/gateway-3.pid"), "1\n");

    Supervisor.start(temp, said::add, Duration.ofSeconds(1)).close();

    assertThat(left).doesNotExist();
  }

  @Test
  void awaitReadyShowsTheEndOfTheLogWhenTheProcessEndsFirst() {
    Child child = supervisor.add(spec("broken", "echo the port is taken; exit 3"), () -> false);

    child.start();

    assertThatThrownBy(() -> child.awaitReady(PATIENCE))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContainingAll(
            "broken ended with exit code 3", "the port is taken", "broken.log");
  }

  @Test
  void supervisorStartsAgainAndSaysSoWhenAReadyProcessEnds() throws Exception {
    Child child = child("one", "echo working; exec sleep 600");
    child.start();
    child.awaitReady(PATIENCE);
    await().untilAsserted(() -> assertThat(child.log()).hasContent("working"));
    long before = child.pid();

    ProcessHandle.of(before).orElseThrow().destroyForcibly();

    await().until(() -> child.alive() && child.pid() != before);
    assertThat(said)
        .singleElement()
        .asString()
        .contains("one ended with exit code 137", "started again", "    working");
  }

  @Test
  void killLeavesTheProcessDownUntilItIsStarted() throws Exception {
    Child child = child("one", "exec sleep 600");
    child.start();
    child.awaitReady(PATIENCE);

    child.kill();

    assertThat(child.alive()).isFalse();
    assertThat(said).isEmpty();
    await().until(() -> Files.notExists(temp.resolve("pids/one.pid")));
    child.start();
    child.awaitReady(PATIENCE);
    assertThat(child.alive()).isTrue();
  }

  @Test
  void stopInsistsWhenTheSignalIsIgnored() throws Exception {
    Child child = child("stubborn", "trap '' TERM; echo set; while :; do sleep 600; done");
    child.start();
    await().untilAsserted(() -> assertThat(child.log()).hasContent("set"));

    child.stop();

    assertThat(child.alive()).isFalse();
    assertThat(said)
        .hasSize(2)
        .first()
        .asString()
        .isEqualTo("waiting for stubborn to end, for up to 1 s");
    assertThat(said).last().asString().contains("stubborn did not end within");
  }

  @Test
  void closeEndsLowerTiersFirst() throws Exception {
    Path order = temp.resolve("order");
    List<Child> children =
        List.of(
            supervisor.add(spec("store", onTerm("echo store >>" + order)).inTier(1), () -> true),
            supervisor.add(spec("client", onTerm("echo client >>" + order)), () -> true));
    for (Child child : children) {
      child.start();
      await().untilAsserted(() -> assertThat(child.log()).hasContent("set"));
    }

    supervisor.close();

    assertThat(order).hasContent("client\nstore\n");
    assertThat(children).noneMatch(Child::alive);
  }

  @Test
  void runThrowsWithTheOutputWhenTheExitCodeIsNotZero() {
    assertThatThrownBy(() -> supervisor.run(spec("step", "echo no such role; exit 4"), PATIENCE))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContainingAll("step failed with exit code 4", "no such role");
  }

  @Test
  void captureReturnsWhatTheCommandPrinted() throws Exception {
    assertThat(supervisor.capture(List.of("/bin/sh", "-c", "echo out; echo err >&2"), PATIENCE))
        .isEqualTo("out\nerr\n");
  }

  @Test
  void captureThrowsWithTheOutputWhenTheExitCodeIsNotZero() {
    assertThatThrownBy(
            () -> supervisor.capture(List.of("/bin/sh", "-c", "echo refused; exit 1"), PATIENCE))
        .isInstanceOfSatisfying(
            CommandFailedException.class, e -> assertThat(e.output()).isEqualTo("refused\n"));
  }

  private Child child(String name, String script) {
    return supervisor.add(spec(name, script), () -> true);
  }

  private ProcessSpec spec(String name, String script) {
    return ProcessSpec.of(name, temp, List.of("/bin/sh", "-c", script));
  }

  private static String onTerm(String action) {
    return "trap '" + action + "; exit 0' TERM; echo set; while :; do sleep 0.05; done";
  }
}
