package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutationTest {

  @TempDir Path folder;

  /** Whoever renames a protection hears of it here, and not only from the long tests. */
  @Test
  void everyProtectionIsStillThere() throws Exception {
    Path gateway = folder.resolve("gateway.jar");
    Path operator = folder.resolve("operator.jar");

    Mutation.write(gateway, MutantsE2E.ofGateway());
    Mutation.write(operator, MutantsE2E.ofOperator());

    try (JarFile ofGateway = new JarFile(gateway.toFile());
        JarFile ofOperator = new JarFile(operator.toFile())) {
      assertThat(ofGateway.size()).isEqualTo(MutantsE2E.ofGateway().size());
      assertThat(ofOperator.size()).isEqualTo(MutantsE2E.ofOperator().size());
    }
  }

  @Test
  void writeFailsWhenThereIsNoSuchMethod() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Mutation.write(
                    folder.resolve("none.jar"),
                    List.of(Mutation.doesNothing(Mutation.class.getName(), "neverThere"))))
        .withMessageContaining("change this test");
  }
}
