package dev.keygate.operator.effect;

import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Committed;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the operator's side effects between the two calls of whoever listens. */
public final class Effects {

  public static final String SECRET_CREATE = "secret.create";
  public static final String SECRET_REPLACE = "secret.replace";
  public static final String SECRET_DELETE = "secret.delete";
  public static final String STATUS_WRITE = "status.write";
  public static final String EVENT = "event.write";
  public static final String ANCHOR = "anchor.write";
  public static final String VOUCH = "vouch";

  /** Done by JOSDK, before a reconciler is called: seen after it only. */
  public static final String FINALIZER_ADD = "finalizer.add";

  /** Done by JOSDK, after a reconciler has returned: seen before it only. */
  public static final String FINALIZER_REMOVE = "finalizer.remove";

  private final List<EffectListener> listeners;

  private Effects(List<EffectListener> listeners) {
    this.listeners = listeners;
  }

  /** With the listeners of the class path. */
  public static Effects load() {
    return new Effects(
        ServiceLoader.load(EffectListener.class, Effects.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /** Nobody listens. */
  public static Effects unwatched() {
    return new Effects(List.of());
  }

  /** A change of the feed: {@code feed.IssueVersion}, {@code feed.PutOrganization}, ... */
  public static String of(Command<?> command) {
    return "feed." + command.getClass().getSimpleName();
  }

  /** How an effect names the resource that it is about. */
  public static String nameOf(HasMetadata resource) {
    return nameOf(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
  }

  /** As {@link #nameOf(HasMetadata)}; the namespace of what has none is null or empty. */
  public static String nameOf(@Nullable String namespace, String name) {
    return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /**
   * Changes the feed. Fails as {@link StoreGate#write} does.
   *
   * @param about whose change, as {@link #nameOf} names it
   */
  public <R> Committed<R> change(
      StoreGate store, FeedWriter writer, Command<R> command, String about) {
    return run(of(command), about, () -> store.write(writer.submit(command)));
  }

  public <T> T run(String effect, String about, Supplier<T> work) {
    before(effect, about);
    T result = work.get();
    after(effect, about);
    return result;
  }

  public void before(String effect, String about) {
    for (EffectListener listener : listeners) {
      listener.before(effect, about);
    }
  }

  public void after(String effect, String about) {
    for (EffectListener listener : listeners) {
      listener.after(effect, about);
    }
  }
}
