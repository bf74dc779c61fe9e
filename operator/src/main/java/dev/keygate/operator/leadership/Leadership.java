package dev.keygate.operator.leadership;

import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreCheck;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.connection.UnfitStoreException;
import dev.keygate.store.write.DeposedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Campaigns for the Lease, leads, steps down, and campaigns again, for as long as the process runs.
 *
 * <p>Not JOSDK's own leader election: with it a SIGTERM of the leader hung, the Lease was never
 * given back, and the process ended when the API server was down at start.
 */
final class Leadership implements SmartLifecycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(Leadership.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Beyond the lease: a call that hangs is ended by its own timeout before. */
  private static final Duration ELECTOR_PATIENCE = Duration.ofSeconds(10);

  /** Beyond what the loop needs to end a dead candidacy or a term, and to begin anew. */
  private static final Duration LOOP_PATIENCE = Duration.ofMinutes(2);

  private static final Duration STOP_AT_MOST = Duration.ofSeconds(15);

  private final OperatorProperties properties;
  private final TermSettings settings;
  private final StoreGate store;
  private final ProcessExit exit;
  private final ApiServerState apiServer = new ApiServerState();
  private final Pulse pulse = new Pulse();
  private final AtomicReference<@Nullable String> leader = new AtomicReference<>();
  private volatile boolean leading;
  private volatile boolean running;
  private @Nullable Thread loop;

  Leadership(
      OperatorProperties properties, TermSettings settings, StoreGate store, ProcessExit exit) {
    this.properties = properties;
    this.settings = settings;
    this.store = store;
    this.exit = exit;
  }

  boolean isLeading() {
    return leading;
  }

  /** Who holds the Lease, as last seen. */
  Optional<String> leader() {
    return Optional.ofNullable(leader.get());
  }

  /** Whether it leads, tries to, or waits for a store to start with; false: it does nothing. */
  boolean isAlive() {
    Duration lease = properties.leaderElection().leaseDuration();
    return !running || pulse.silence().compareTo(lease.plus(LOOP_PATIENCE)) < 0;
  }

  boolean isApiServerUp() {
    return apiServer.isUp();
  }

  @Override
  public synchronized void start() {
    running = true;
    pulse.beat();
    loop = Thread.ofPlatform().name("leadership").start(this::run);
  }

  @Override
  public synchronized void stop() {
    running = false;
    Thread thread = loop;
    if (thread == null) {
      return;
    }
    thread.interrupt();
    try {
      if (!thread.join(STOP_AT_MOST)) {
        LOGGER.atWarn().log("the term did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop = null;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    try {
      checkStore();
      while (running) {
        try {
          campaign();
        } catch (StoreUnavailableException e) {
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      // Asked to stop.
    } catch (UnfitStoreException e) {
      exit.because(String.valueOf(e.getMessage()));
    } catch (DeposedException e) {
      exit.because(lastWords(e));
    } catch (RuntimeException e) {
      if (!running) {
        return; // Whatever an interrupt in the middle of something looks like.
      }
      LOGGER.atError().setCause(e).log("leadership failed");
      exit.because("the operator can't go on, see the failure above");
    }
  }

  private void checkStore() throws InterruptedException {
    while (true) {
      pulse.beat();
      try {
        store.run(
            StoreCheck.verify(settings.store().settings().unpooled("keygate-operator-check")));
        return;
      } catch (StoreUnavailableException e) {
        Thread.sleep(PAUSE);
      }
    }
  }

  private void campaign() throws InterruptedException {
    String identity = hostName() + "_" + UUID.randomUUID();
    OperatorProperties.LeaderElection timing = properties.leaderElection();
    var lease = new RewindNoticingLock(properties.namespace(), Election.LEASE, identity);
    var lock = new ObservedLock(lease, apiServer, pulse);
    try (var client = KubernetesClients.forElection();
        var election =
            new Election(
                client,
                timing,
                lock,
                pulse,
                timing.leaseDuration().plus(ELECTOR_PATIENCE),
                leader::set)) {
      if (!election.awaitTerm()) {
        Thread.sleep(PAUSE);
        return;
      }
      LOGGER.atInfo().addKeyValue("identity", identity).log("leads");
      try {
        lead(election, identity, lease.rewound());
      } catch (LostEarlyException e) {
        LOGGER.atDebug().log("lost the lead before the store was there");
      } finally {
        leading = false;
        LOGGER.atInfo().addKeyValue("identity", identity).log("no longer leads");
      }
    }
  }

  /** Term after term under one Lease: a new one begins when PostgreSQL is another instance. */
  private void lead(Election election, String identity, CompletableFuture<Void> rewound)
      throws InterruptedException {
    while (!election.isOver()) {
      try (Term term = begin(election, identity)) {
        leading = true;
        election.awaitEndOr(CompletableFuture.anyOf(term.ended(), rewound));
      }
      if (rewound.isDone()) {
        LOGGER.atWarn().log("etcd was put back to an earlier state, campaigning anew");
        return;
      }
      if (!election.isOver()) {
        LOGGER.atWarn().log("PostgreSQL was restarted, failed over or restored, beginning anew");
      }
    }
  }

  /** Waits for the store for as long as the Lease is held. */
  private Term begin(Election election, String identity) throws InterruptedException {
    while (!election.isOver()) {
      try {
        return Term.begin(settings, store, identity, () -> !election.isOver());
      } catch (StoreUnavailableException e) {
        Thread.sleep(PAUSE);
      } catch (KubernetesClientException e) {
        LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("the term can't begin yet");
        Thread.sleep(PAUSE);
      }
    }
    throw new LostEarlyException();
  }

  static String lastWords(DeposedException deposed) {
    return deposed.getMessage()
        + "; this process ends, to be started again and to wait for the Lease";
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }

  private static final class LostEarlyException extends RuntimeException {}
}
