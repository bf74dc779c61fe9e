package dev.keygate.operator.leadership;

import dev.keygate.operator.apikey.ApiKeyReconciler;
import dev.keygate.operator.apikey.RotationWatch;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.organization.OrganizationReconciler;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.sweep.Sweep;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.operator.usage.UsageGrants;
import dev.keygate.operator.usage.UsagePoller;
import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.usage.RotationEvidence;
import dev.keygate.store.usage.UsageStore;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.r2dbc.pool.ConnectionPool;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  private final ConnectionPool pool;
  private final KubernetesClient client;
  private final Finality finality;
  private final FeedWriter writer;
  private final TermParts parts;
  private final Operator operator;
  private volatile boolean closed;
  private final ExecutorService reconciles = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clockwork =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().name("term-", 0).daemon().factory());

  /**
   * Takes over the store and begins to reconcile. Throws StoreUnavailableException when the store
   * can't be reached: try again while the Lease is held.
   */
  static Term begin(TermSettings settings, StoreGate store, String identity) {
    StoreSettings storeSettings = settings.store().settings();
    FeedWriter writer =
        store.write(
            FeedWriter.lead(storeSettings.unpooled(APPLICATION), settings.lease().duration()));
    ConnectionPool pool = storeSettings.pool(APPLICATION, POOL_SIZE);
    Term term;
    try {
      StoreReader reader = new StoreReader(pool);
      OrganizationTree tree = new OrganizationTree(store.get(reader.organizations()));
      term = new Term(settings, store, identity, writer, pool, reader, tree);
    } catch (RuntimeException e) {
      writer.close();
      pool.dispose();
      throw e;
    }
    try {
      term.start(settings, store);
      return term;
    } catch (RuntimeException e) {
      term.close();
      throw e;
    }
  }

  private Term(
      TermSettings settings,
      StoreGate store,
      String identity,
      FeedWriter writer,
      ConnectionPool pool,
      StoreReader reader,
      OrganizationTree tree) {
    this.writer = writer;
    this.pool = pool;
    this.client = KubernetesClients.forReconciling();
    Clock clock = settings.clock();
    Effects effects = Effects.load();
    this.finality = new Finality(new Replicas(pool), store, writer.lease(), clock);
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
            new EventWriter(client, effects, identity, clock),
            effects,
            clock);
    this.operator = operator(settings);
  }

  private void start(TermSettings settings, StoreGate store) {
    UsageGrants grants = new UsageGrants();
    operator.register(new OrganizationReconciler(parts));
    RotationEvidence rotations = new RotationEvidence(pool);
    operator.register(
        ApiKeyReconciler.create(
            parts, rotations, settings.keys(), settings.binding(), grants, settings.metrics()));
    operator.start();
    parts.caches().complete();
    UsagePoller usage =
        new UsagePoller(
            new UsageStore(pool), store, parts.caches(), grants, settings.usage(), parts.clock());
    Sweep sweep = new Sweep(parts, settings.sweep(), settings.metrics());
    every(USAGE_INTERVAL, "usage", usage::poll);
    RotationWatch watch = new RotationWatch(rotations, store, parts.caches(), settings.metrics());
    every(ROTATION_INTERVAL, "rotation", watch::run);
    every(settings.sweep().interval(), "sweep", sweep::run);
    every(COUNT_INTERVAL, "count", parts.caches()::wakeOrganizationsThatMiscount);
    every(PRUNE_INTERVAL, "prune", () -> store.run(writer.prune()));
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
}
