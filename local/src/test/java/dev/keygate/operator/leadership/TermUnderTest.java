package dev.keygate.operator.leadership;

import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.LifecycleProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * A term of leadership in this JVM, with the operator's own settings and without an election: the
 * store's fence alone decides who leads. Terms are begun one after the other.
 */
public final class TermUnderTest implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String KUBECONFIG = "kubeconfig";

  private final AnnotationConfigApplicationContext context;
  private final Term term;

  private TermUnderTest(AnnotationConfigApplicationContext context, Term term) {
    this.context = context;
    this.term = term;
  }

  /**
   * Returns when it leads.
   *
   * @param properties what the operator would find in its configuration
   */
  public static TermUnderTest begin(
      Map<String, String> properties, Path kubeconfig, String identity)
      throws InterruptedException {
    AnnotationConfigApplicationContext context = context(properties);
    try {
      TermSettings settings = context.getBean(TermSettings.class);
      StoreGate store = new StoreGate(_ -> {});
      System.setProperty(KUBECONFIG, kubeconfig.toString());
      long begin = System.nanoTime();
      while (true) {
        try {
          return new TermUnderTest(context, Term.begin(settings, store, identity, () -> true));
        } catch (StoreUnavailableException e) {
          if (System.nanoTime() - begin > PATIENCE.toNanos()) {
            throw e;
          }
          Thread.sleep(100);
        }
      }
    } catch (InterruptedException | RuntimeException e) {
      context.close();
      throw e;
    } finally {
      System.clearProperty(KUBECONFIG);
    }
  }

  /** The settings as the operator reads them; nothing is started. */
  private static AnnotationConfigApplicationContext context(Map<String, String> properties) {
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("test", new HashMap<>(properties)));
    context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
    context.registerBean("lifecycleProcessor", LifecycleProcessor.class, NothingStarts::new);
    context.register(LeadershipConfiguration.class);
    context.refresh();
    return context;
  }

  /**
   * Whether it has found that it must begin anew, which is the process's to do; here nobody does.
   */
  public boolean hasEnded() {
    return term.ended().isDone();
  }

  @Override
  public void close() {
    term.close();
    context.close();
  }

  private static final class NothingStarts implements LifecycleProcessor {
    @Override
    public void onRefresh() {}

    @Override
    public void onClose() {}

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public boolean isRunning() {
      return false;
    }
  }
}
