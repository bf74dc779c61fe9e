package dev.keygate.local.checker;

import dev.keygate.local.checker.Settings.Gateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Watches until told to end, by lines on the standard input:
 *
 * <ul>
 *   <li>{@code fault WHAT}: something is disturbed from now on; {@code healed}: no longer;
 *   <li>{@code lost N}: so many requests may stay uncounted, since a replica was killed;
 *   <li>{@code quiet}: sends nothing any more and demands that all converges and falls silent, then
 *       says {@code QUIET} and goes on; a violation is said as well;
 *   <li>{@code end}: says {@code END} with the number of violations, which is also the exit code.
 * </ul>
 */
final class Checker {

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(250);
  private static final Duration STORE_INTERVAL = Duration.ofMillis(500);
  private static final Duration SILENCE = Duration.ofSeconds(7);

  private final Settings settings;
  private final History history;
  private final Cluster cluster;
  private final World world;
  private final StoreChecks storeChecks;
  private volatile boolean disturbed;
  private volatile boolean probing = true;
  private volatile boolean ended;
  private volatile long mayBeLost;

  private Checker(Settings settings) throws IOException {
    this.settings = settings;
    this.history = new History(settings.history());
    this.cluster = Cluster.through(settings.kubectl(), settings.kubeconfig());
    this.world = new World(history, settings.exclusive());
    this.storeChecks = new StoreChecks(world, cluster, new Store(settings), settings, history);
  }

  static void main(String[] arguments) throws IOException, InterruptedException {
    Checker checker = new Checker(Settings.read(Path.of(arguments[0])));
    try {
      checker.start();
      checker.obey();
    } finally {
      checker.close();
    }
    System.exit(Math.min(checker.history.violations(), 100));
  }

  private void start() {
    world.watch(cluster);
    Gateways gateways = new Gateways(history);
    for (Gateway gateway : settings.gateways()) {
      KeyProbes probes = new KeyProbes(world, cluster, gateways, gateway, history, settings.seed());
      every(PROBE_INTERVAL, "probes of " + gateway.name(), whileProbing(probes::round));
    }
    Confinement confinement =
        new Confinement(world, gateways, settings.gateways(), history, settings.seed());
    every(PROBE_INTERVAL, "confinement", whileProbing(confinement::round));
    every(
        STORE_INTERVAL,
        "store",
        () -> {
          synchronized (storeChecks) {
            storeChecks.round(disturbed);
          }
        });
    Logs logs = new Logs(settings.logs(), history);
    every(Duration.ofSeconds(2), "logs", logs::round);
    history.say("READY");
  }

  private void obey() throws IOException, InterruptedException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ", 2);
      history.saw("fault", order);
      switch (words[0]) {
        case "fault" -> disturbed = true;
        case "healed" -> disturbed = false;
        case "lost" -> mayBeLost += Long.parseLong(words[1]);
        case "quiet" -> quiet();
        case "end" -> {
          history.say("END " + history.violations());
          return;
        }
        default -> throw new IllegalArgumentException("not an order: " + order);
      }
    }
  }

  private void quiet() throws InterruptedException {
    disturbed = false;
    probing = false;
    long begin = System.nanoTime();
    while (true) {
      Thread.sleep(100);
      String unfinished = unfinished();
      if (unfinished.isEmpty() && System.nanoTime() - world.changedAt() > SILENCE.toNanos()) {
        break;
      }
      if (System.nanoTime() - begin > settings.convergence().toNanos()) {
        history.violated(
            Invariant.SILENT,
            "everything",
            unfinished.isEmpty()
                ? "still writing after %d s, last %s"
                    .formatted(settings.convergence().toSeconds(), world.change())
                : "not converged after %d s: %s"
                    .formatted(settings.convergence().toSeconds(), unfinished));
        break;
      }
    }
    complete();
    history.say(
        String.format(
            Locale.ROOT, "QUIET after %.1f s", (System.nanoTime() - begin) / 1_000_000_000.0));
    probing = true;
  }

  /** Now that the last batches are stored. */
  private void complete() {
    try {
      synchronized (storeChecks) {
        long missing = storeChecks.missing();
        if (missing > mayBeLost) {
          history.violated(
              Invariant.COUNTED,
              "usage",
              "%d served requests were never stored, and no more than %d may be lost"
                  .formatted(missing, mayBeLost));
        }
      }
    } catch (SQLException e) {
      history.violated(Invariant.SILENT, "database", "can't be read: " + e.getMessage());
    }
  }

  /** What has not converged; "" when all has. */
  private String unfinished() {
    for (List<Observed> kind : List.of(world.apiKeys(), world.organizations())) {
      for (Observed resource : kind) {
        if (resource.deleting()) {
          return resource.fullName() + " is still being deleted";
        }
        if (!resource.settled()) {
          return resource.fullName() + " has a status of an older generation";
        }
        if (resource.condition("Accepted").startsWith("True") && !resource.tells("Programmed")) {
          return resource.fullName() + " is not programmed: " + resource.condition("Programmed");
        }
      }
    }
    return "";
  }

  private interface Work {
    void run() throws InterruptedException, IOException;
  }

  private Work whileProbing(Work work) {
    return () -> {
      if (probing) {
        work.run();
      }
    };
  }

  private void every(Duration interval, String name, Work work) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              while (!ended) {
                try {
                  work.run();
                  Thread.sleep(interval);
                } catch (InterruptedException e) {
                  return;
                } catch (IOException | RuntimeException e) {
                  history.saw("checker", name + " failed: " + e);
                }
              }
            });
  }

  private void close() {
    ended = true;
    cluster.close();
    history.close();
  }
}
