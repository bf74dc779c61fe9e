package dev.keygate.local.e2e;

import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one stack of this JVM, with two gateways and one operator. It is started by the
 * first test that asks for it and closed after the last one.
 */
public final class StackExtension implements ParameterResolver {

  private static final String KEY = "stack";

  /** Requests must go on while PostgreSQL is killed and started again on a busy machine. */
  private static final Duration LEASE = Duration.ofSeconds(20);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Platform.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(StackExtension.class))
        .computeIfAbsent(KEY, _ -> start(), Shared.class)
        .platform();
  }

  private static Shared start() {
    Path root = Checkout.root();
    Path directory = root.resolve("local/target/e2e");
    delete(directory);
    LocalStack stack =
        LocalStack.create(
            new StackOptions(root, directory, 2, 1, new ShortLease(LEASE)), System.err::println);
    try {
      stack.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stack.close();
      throw new IllegalStateException("interrupted while the stack started", e);
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
    System.err.print(stack.timeline());
    return new Shared(new Platform(stack));
  }

  private static void delete(Path directory) {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(StackExtension::deleteOne);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Shared(Platform platform) implements AutoCloseable {
    @Override
    public void close() {
      platform.stack().close();
    }
  }
}
