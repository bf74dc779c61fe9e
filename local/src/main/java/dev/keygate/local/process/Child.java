package dev.keygate.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One process of the stack, which can be killed and started again any number of times.
 *
 * <p>Once it has been ready, an end that nobody asked for is reported and it is started again, with
 * a growing delay. An end before that fails {@link #awaitReady}. Safe for use from several threads.
 */
public final class Child {

  private static final Duration POLL = Duration.ofMillis(25);
  private static final int LINES_SHOWN = 20;

  private final ProcessSpec spec;
  private final Readiness readiness;
  private final Supervisor supervisor;
  private final Path log;
  private final Path pidFile;

  private @Nullable Process process;
  private long startedAt;
  private boolean wanted;
  private boolean wasReady;
  private final RestartDelay restartDelay = new RestartDelay();

  Child(ProcessSpec spec, Readiness readiness, Supervisor supervisor) {
    this.spec = spec;
    this.readiness = readiness;
    this.supervisor = supervisor;
    this.log = supervisor.logs().resolve(spec.name() + ".log");
    this.pidFile = supervisor.pids().resolve(spec.name() + ".pid");
  }

  /** The name in the stack: {@code postgres}, {@code gateway-1}, ... */
  public String name() {
    return spec.name();
  }

  /** Its log, which keeps growing over restarts. */
  public Path log() {
    return log;
  }

  /** Starts it unless it runs, without waiting for it to be ready. */
  public synchronized void start() {
    if (process != null && process.isAlive()) {
      return;
    }
    supervisor.refuseWhenClosing();
    try {
      Process started = supervisor.watchdog().launch(spec, log);
      process = started;
      startedAt = System.nanoTime();
      wanted = true;
      Files.writeString(pidFile, started.pid() + "\n");
      Future<?> _ = started.onExit().thenAccept(this::ended);
    } catch (IOException e) {
      throw new UncheckedIOException("can't start " + name(), e);
    }
  }

  /**
   * Returns once it serves.
   *
   * @throws StartFailedException when it ends first, or isn't ready within {@code patience}
   */
  public void awaitReady(Duration patience) throws InterruptedException {
    long begin = System.nanoTime();
    while (!isReady()) {
      if (!alive() && !restarts()) {
        throw new StartFailedException(
            "%s ended%s before it was ready; the end of its log (%s):%n%s"
                .formatted(name(), exitCode(), log, LogTail.of(log, LINES_SHOWN)));
      }
      if (System.nanoTime() - begin > patience.toNanos()) {
        throw new StartFailedException(
            "%s was not ready within %d s; the end of its log (%s):%n%s"
                .formatted(name(), patience.toSeconds(), log, LogTail.of(log, LINES_SHOWN)));
      }
      Thread.sleep(POLL);
    }
    synchronized (this) {
      wasReady = true;
    }
  }

  /** Whether it serves right now. */
  public boolean isReady() throws InterruptedException {
    if (!alive()) {
      return false;
    }
    try {
      return readiness.ready();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return false;
    }
  }

  /** Whether the process runs. */
  public synchronized boolean alive() {
    return process != null && process.isAlive();
  }

  /** The id of the running process, or of the last one. */
  public synchronized long pid() {
    if (process == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return process.pid();
  }

  /** {@code kill -9}, and waits until it is gone. It stays down until {@link #start}. */
  public void kill() throws InterruptedException {
    Process running = unwanted();
    if (running != null) {
      running.destroyForcibly().waitFor();
    }
  }

  /** Asks it to end, insists after a while, and waits until it is gone. */
  public void stop() throws InterruptedException {
    Process running = unwanted();
    if (running == null || !running.isAlive()) {
      return;
    }
    Signal.send(spec.stopSignal(), running.pid());
    Duration patience = supervisor.stopPatience();
    Duration quiet = supervisor.quietPatience();
    if (endsWithin(quiet, running)) {
      return;
    }
    supervisor.say("waiting for %s to end, for up to %d s".formatted(name(), patience.toSeconds()));
    if (!endsWithin(patience.minus(quiet), running)) {
      supervisor.say(
          "%s did not end within %d s of %s: killing it"
              .formatted(name(), patience.toSeconds(), spec.stopSignal()));
      running.destroyForcibly().waitFor();
    }
  }

  private static boolean endsWithin(Duration time, Process process) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  void stopQuietly() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int tier() {
    return spec.tier();
  }

  /** Sends {@code STOP} or {@code CONT}, or any other signal by name. */
  public void signal(String name) throws InterruptedException {
    Signal.send(name, pid());
  }

  private synchronized @Nullable Process unwanted() {
    wanted = false;
    return process;
  }

  private synchronized boolean restarts() {
    return wanted && wasReady;
  }

  private synchronized String exitCode() {
    return process == null || process.isAlive() ? "" : " with exit code " + process.exitValue();
  }

  private void ended(Process ended) {
    Duration delay;
    synchronized (this) {
      if (process == null || process.pid() != ended.pid()) {
        return;
      }
      deletePidFile();
      if (!wanted || !wasReady || supervisor.closing()) {
        return;
      }
      delay = restartDelay.next(Duration.ofNanos(System.nanoTime() - startedAt));
    }
    supervisor.say(
        "%s ended with exit code %d; it is started again in %d ms; the end of its log (%s):%n%s"
            .formatted(
                name(), ended.exitValue(), delay.toMillis(), log, LogTail.of(log, LINES_SHOWN)));
    supervisor.after(delay, this::startAgain);
  }

  private synchronized void startAgain() {
    if (!wanted || supervisor.closing()) {
      return;
    }
    try {
      start();
    } catch (UncheckedIOException e) {
      supervisor.say("%s could not be started again: %s".formatted(name(), e.getMessage()));
    }
  }

  private void deletePidFile() {
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      supervisor.say("can't remove " + pidFile + ": " + e.getMessage());
    }
  }

  /** Waits up to {@code patience} for the process to end by itself; returns its exit code. */
  int awaitEnd(Duration patience) throws InterruptedException, TimeoutException {
    Process running;
    synchronized (this) {
      wanted = false;
      running = process;
    }
    if (running == null || !running.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException(name() + " did not end within " + patience.toSeconds() + " s");
    }
    return running.exitValue();
  }
}
