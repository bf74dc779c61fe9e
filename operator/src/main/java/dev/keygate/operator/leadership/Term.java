package dev.keygate.operator.leadership;

import dev.keygate.operator.apikey.ApiKeyReconciler;
import dev.keygate.operator.apikey.RotationWatch;
import dev.keygate.operator.apikey.UnusedWatch;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Anchor;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.finality.GatewayWatch;
import dev.keygate.operator.finality.Standing;
import dev.keygate.operator.instance.Vouching;
import dev.keygate.operator.organization.OrganizationReconciler;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.sweep.Sweep;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.operator.usage.CoverageReader;
import dev.keygate.operator.usage.UsageGrants;
import dev.keygate.operator.usage.UsagePoller;
import dev.keygate.store.connection.StoreCheck;
import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.usage.RotationEvidence;
import dev.keygate.store.usage.UsageStore;
import dev.keygate.store.write.DeposedException;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.r2dbc.pool.ConnectionPool;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that runs while this process leads, made anew for each term: the store's writer, both
 * controllers, and what goes on by the clock.
 */
final class Term implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Term.class);

  private static final String APPLICATION = "keygate-operator";
  private static final int POOL_SIZE = 10;
  private static final Duration PRUNE_INTERVAL = Duration.ofHours(1);
  private static final Duration COUNT_INTERVAL = Duration.ofMinutes(1);
  private static final Duration ROTATION_INTERVAL = Duration.ofSeconds(1);
  private static final Duration USAGE_INTERVAL = Duration.ofSeconds(1);
  private static final Duration GATEWAYS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration UNUSED_INTERVAL = Duration.ofSeconds(10);
  private static final Duration HELD_PAUSE = Duration.ofSeconds(5);

  private final ConnectionPool pool;
  private final KubernetesClient client;
  private final Finality finality;
  private final FeedWriter writer;
  private final Anchor anchor;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final TermParts parts;
  private final Operator operator;
  private final UsageGrants grants = new UsageGrants();
  private Runnable onClose = () -> {};
  private volatile boolean closed;
  private final ExecutorService reconciles = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clockwork =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().name("term-", 0).daemon().factory());

  /**
   * Takes over the store, vouches for it and begins to reconcile. Throws StoreUnavailableException
   * when the store, KubernetesClientException when the API server can't be reached: try again while
   * the Lease is held. Throws UnfitStoreException for a store on which nothing could be final.
   *
   * @param goOn false when the Lease is lost: StoreUnavailableException
   */
  static Term begin(TermSettings settings, StoreGate store, String identity, BooleanSupplier goOn)
      throws InterruptedException {
    StoreSettings storeSettings = settings.store().settings();
    store.get(StoreCheck.requireDurable(storeSettings.unpooled(APPLICATION)));
    try (var resources = new Unless()) {
      KubernetesClient client = resources.opened(KubernetesClients.forReconciling());
      FeedWriter writer =
          resources.opened(
              store.write(
                  FeedWriter.lead(
                      storeSettings.unpooled(APPLICATION),
                      settings.lease().terms(),
                      clusterUid(client))));
      ConnectionPool pool = storeSettings.pool(APPLICATION, POOL_SIZE);
      resources.opened((AutoCloseable) pool::dispose);
      StoreReader reader = new StoreReader(pool);
      Effects effects = Effects.load();
      Anchor anchor = new Anchor(client, settings.operator().namespace(), writer.leader(), effects);
      EventWriter events = new EventWriter(client, effects, identity, settings.clock());
      Vouching vouching =
          new Vouching(
              writer, store, reader, anchor, client, settings.sweepLimit(), events, effects);
      Standing standing = vouch(vouching, goOn);
      OrganizationTree tree = new OrganizationTree(store.get(reader.organizations()));
      Term term =
          new Term(
              settings, store, writer, pool, client, reader, anchor, standing, tree, events,
              effects);
      resources.keep();
      try {
        term.start(settings, store);
        return term;
      } catch (RuntimeException e) {
        term.close();
        throw e;
      }
    }
  }

  private static String clusterUid(KubernetesClient client) {
    Namespace system = client.namespaces().withName("kube-system").get();
    if (system == null) {
      throw new KubernetesClientException("the cluster has no namespace kube-system");
    }
    return system.getMetadata().getUid();
  }

  private static Standing vouch(Vouching vouching, BooleanSupplier goOn)
      throws InterruptedException {
    Optional<Standing> standing = vouching.attempt();
    while (standing.isEmpty()) {
      Thread.sleep(HELD_PAUSE);
      if (!goOn.getAsBoolean()) {
        throw new StoreUnavailableException(
            "the lead was lost before the store could be used", new IllegalStateException());
      }
      standing = vouching.attempt();
    }
    return standing.get();
  }

  private Term(
      TermSettings settings,
      StoreGate store,
      FeedWriter writer,
      ConnectionPool pool,
      KubernetesClient client,
      StoreReader reader,
      Anchor anchor,
      Standing standing,
      OrganizationTree tree,
      EventWriter events,
      Effects effects) {
    this.writer = writer;
    this.pool = pool;
    this.client = client;
    this.anchor = anchor;
    Clock clock = settings.clock();
    this.finality =
        new Finality(
            new Replicas(pool),
            dead -> writer.removeReplica(dead.id(), dead.renewals()),
            store,
            writer.lease(),
            standing,
            anchor,
            () -> moved(store),
            clock);
    this.parts =
        new TermParts(
            store,
            writer,
            reader,
            finality,
            tree,
            client,
            new Caches(client),
            new Turns(settings.issue().concurrency()),
            new StatusWriter(effects, settings.metrics()),
            events,
            effects,
            clock);
    this.operator = operator(settings);
  }

  /** Begins anew only who still leads: one that was deposed must not take the store back. */
  private void moved(StoreGate store) {
    try {
      store.write(writer.confirmLead().thenReturn(true));
    } catch (DeposedException e) {
      return; // The process ends.
    } catch (StoreUnavailableException e) {
      LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("the term has to begin anew");
    }
    ended.complete(null);
  }

  /** Completes when the store is not the one any more on which this term was begun. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  private void start(TermSettings settings, StoreGate store) {
    UsageStore counts = new UsageStore(pool);
    CoverageReader coverage =
        new CoverageReader(counts, store, writer.lease(), settings.usage(), parts.clock());
    operator.register(new OrganizationReconciler(parts));
    RotationEvidence rotations = new RotationEvidence(pool);
    operator.register(
        ApiKeyReconciler.create(
            parts,
            rotations,
            settings.keys(),
            settings.binding(),
            grants,
            coverage,
            settings.metrics()));
    operator.start();
    parts.caches().complete();
    UsagePoller usage =
        new UsagePoller(counts, store, parts.caches(), grants, settings.usage(), parts.clock());
    Sweep sweep = new Sweep(parts, settings.sweepLimit(), anchor);
    GatewayWatch gateways =
        new GatewayWatch(
            new Replicas(pool), store, writer.lease(), anchor, parts.events(), settings.metrics());
    every(USAGE_INTERVAL, "usage", usage::poll);
    every(GATEWAYS_INTERVAL, "gateways", gateways::run);
    RotationWatch watch = new RotationWatch(rotations, store, parts.caches(), settings.metrics());
    every(ROTATION_INTERVAL, "rotation", watch::run);
    UnusedWatch unused = new UnusedWatch(coverage, parts.caches(), grants, settings.metrics());
    onClose = unused::close;
    every(UNUSED_INTERVAL, "unused", unused::run);
    every(settings.sweep().interval(), "sweep", sweep::run);
    every(COUNT_INTERVAL, "count", parts.caches()::wakeOrganizationsThatMiscount);
    every(PRUNE_INTERVAL, "prune", () -> store.run(writer.prune(anchor.seq())));
  }

  @Override
  public void close() {
    closed = true;
    clockwork.shutdownNow();
    try {
      operator.stop();
    } catch (OperatorException e) {
      LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("stopping the controllers failed");
    }
    reconciles.shutdownNow();
    onClose.run();
    finality.close();
    writer.close();
    pool.dispose();
    client.close();
  }

  private Operator operator(TermSettings settings) {
    return new Operator(
        overrider ->
            overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withExecutorService(reconciles)
                .withMetrics(settings.controllerMetrics())
                .withStopOnInformerErrorDuringStartup(false)
                .withCacheSyncTimeout(Duration.ofSeconds(5))
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5))
                .checkingCRDAndValidateLocalModel(false)
                .withParseResourceVersions(true));
  }

  private void every(Duration interval, String name, Runnable work) {
    var _ =
        clockwork.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (StoreUnavailableException e) {
                // Said where the store's state is kept; the next round comes.
              } catch (RuntimeException e) {
                if (closed) {
                  return; // Whatever an interrupt in the middle of something looks like.
                }
                LOGGER.atWarn().setCause(e).addKeyValue("work", name).log("failed, will run again");
              }
            },
            0,
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Closes what was opened, the last first, unless it is kept. */
  private static final class Unless implements AutoCloseable {
    private final Deque<Runnable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T opened(T resource) {
      opened.push(
          () -> {
            try {
              resource.close();
            } catch (Exception e) {
              LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("not closed");
            }
          });
      return resource;
    }

    void keep() {
      opened.clear();
    }

    @Override
    public void close() {
      opened.forEach(Runnable::run);
    }
  }
}
