package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One checker for all tests of a class, each of which disturbs something and mends it at its end.
 * It must see nothing, and when all is done everything must converge and fall silent.
 */
final class Watched
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private final String name;
  private @Nullable CheckerProcess checker;

  Watched(String name) {
    this.name = name;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    checker = FaultStack.Extension.stack(context).check(name);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    checker().fault(context.getDisplayName());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    checker().healed();
    assertThat(checker().violations()).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (checker == null) {
      return; // It could not be started.
    }
    try (CheckerProcess last = checker) {
      last.awaitSilence();
      last.assertNothingSeen();
    }
  }

  private CheckerProcess checker() {
    return Objects.requireNonNull(checker);
  }
}
