package dev.keygate.local.stack;

import dev.keygate.local.process.Child;
import dev.keygate.local.process.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole system on one machine: PostgreSQL, a real API server, operator, gateway and a demo
 * upstream, on loopback, with all state in one folder.
 *
 * <p>{@link #start} returns when everything is ready; {@link #close} ends every process, and so
 * does the death of this JVM. Each process can be killed and started again by its name. Safe for
 * use from several threads once started.
 */
public final class LocalStack implements AutoCloseable {

  private final StackOptions options;
  private final Consumer<String> say;
  private final Timeline timeline;
  private final Supervisor supervisor;
  private final Ports ports = new Ports();
  private @Nullable Running running;

  /** What there is once all is ready. */
  record Running(Endpoints endpoints, Kubectl kubectl) {}

  private LocalStack(StackOptions options, Consumer<String> say, Duration ago) {
    this.options = options;
    this.timeline = new Timeline(ago);
    this.supervisor = Supervisor.start(options.directory(), say);
    this.say = say;
  }

  /** A stack that has no process yet; {@code say} gets lines for a person to read. */
  public static LocalStack create(StackOptions options, Consumer<String> say) {
    return create(options, say, Duration.ZERO);
  }

  /** As {@link #create(StackOptions, Consumer)}, for a caller who began {@code ago} before now. */
  public static LocalStack create(StackOptions options, Consumer<String> say, Duration ago) {
    return new LocalStack(options, say, ago);
  }

  /**
   * Starts everything and returns when it is ready. The caller closes the stack when this throws.
   *
   * @throws dev.keygate.local.process.StartFailedException when a process does not come up
   * @throws dev.keygate.local.controlplane.ControlPlaneUnavailableException when this machine has
   *     no control plane and can't get one
   */
  public void start() throws InterruptedException {
    running = new StackStart(options, supervisor, timeline, ports, say).run();
  }

  /** The process of that name: {@code etcd}, {@code postgres}, {@code gateway-1}, ... */
  public Child process(String name) {
    return supervisor.child(name);
  }

  /** All processes in the order of their start. */
  public List<Child> processes() {
    return supervisor.children();
  }

  /** {@code kubectl} as the administrator. */
  public Kubectl kubectl() {
    return running().kubectl();
  }

  /** Where everything is. */
  public Endpoints endpoints() {
    return running().endpoints();
  }

  /** The folder with all state. */
  public Path directory() {
    return options.directory();
  }

  /** Notes in the timeline that a step which began at {@code begin} is done. */
  public void note(String step, Duration begin) {
    timeline.add(step, begin);
  }

  /** Time since the beginning that the timeline counts from. */
  public Duration elapsed() {
    return timeline.elapsed();
  }

  /** One line for each step of the start. */
  public String timeline() {
    return timeline.print();
  }

  @Override
  public void close() {
    supervisor.close();
    ports.close();
  }

  private Running running() {
    if (running == null) {
      throw new IllegalStateException("the stack was not started");
    }
    return running;
  }
}
