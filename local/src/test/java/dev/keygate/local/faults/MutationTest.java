package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutationTest {

  @TempDir Path folder;

  static Stream<List<Mutation>> mutants() {
    return Stream.of(
        MutantsE2E.ofGateway(),
        MutantsE2E.ofOperator(),
        MutantsE2E.ofUnfencedOperator(),
        MutantsE2E.ofTrustingOperator(),
        MutantsE2E.ofCredulousOperator());
  }

  /** Whoever renames a protection hears of it here, and not only from the long tests. */
  @ParameterizedTest
  @MethodSource("mutants")
  void everyProtectionIsStillThere(List<Mutation> mutations) throws Exception {
    Path file = folder.resolve("mutants.jar");

    Mutation.write(file, mutations);

    try (JarFile jar = new JarFile(file.toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .containsExactlyInAnyOrderElementsOf(
              mutations.stream()
                  .map(mutation -> mutation.type().replace('.', '/') + ".class")
                  .toList());
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

  @Test
  void writeFailsWhenTheMethodAnswersSomethingElse() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Mutation.write(
                    folder.resolve("none.jar"),
                    List.of(Mutation.answersTrue(Mutation.class.getName(), "type"))))
        .withMessageContaining("change this test");
  }

  @Test
  void writeFailsWhenNothingHasThatText() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Mutation.write(
                    folder.resolve("none.jar"),
                    List.of(Mutation.text(Mutation.class.getName(), "neverThere", ""))))
        .withMessageContaining("change this test");
  }
}
