package dev.keygate.local;

import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link LocalStack} without operator and gateway: one for all of them, started by
 * the first and stopped after the last.
 */
final class BareStack implements ParameterResolver {

  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalStack.class;
  }

  @Override
  public LocalStack resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .computeIfAbsent(BareStack.class, key -> start(), LocalStack.class);
  }

  @SuppressWarnings("SystemOut") // progress of the start, for whoever watches the build
  private static LocalStack start() {
    Path directory = Path.of("target/bare-stack");
    deleteWithContent(directory);
    LocalStack stack =
        LocalStack.create(new StackOptions(ROOT, directory, 0, 0), System.out::println);
    try {
      stack.start();
      return stack;
    } catch (InterruptedException e) {
      stack.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the stack started", e);
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /** A stack keeps its state: what an earlier run left would meet this one. */
  private static void deleteWithContent(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete " + directory, e);
    }
  }
}
