package dev.keygate.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {

  private static final Path RESOURCES = Path.of("src/test/resources");

  static Stream<Path> valid() throws IOException {
    try (Stream<Path> fixtures = Files.list(RESOURCES.resolve("fixtures"))) {
      List<Path> valid =
          fixtures.filter(path -> path.getFileName().toString().startsWith("valid-")).toList();
      return Stream.concat(
          valid.stream(),
          Stream.of(
              RESOURCES.resolve("status/organization.yaml"),
              RESOURCES.resolve("status/apikey.yaml")));
    }
  }

  @ParameterizedTest(name = "{0} reads and writes every field")
  @MethodSource("valid")
  void roundTripKeepsEveryFieldWhenManifestIsValid(Path manifest) throws IOException {
    for (String document : Files.readString(manifest).split("(?m)^---$", -1)) {
      JsonNode written = Serialization.unmarshal(document, JsonNode.class);
      Class<? extends HasMetadata> type =
          written.get("kind").asText().equals("ApiKey") ? ApiKey.class : Organization.class;

      JsonNode again =
          Serialization.unmarshal(
              Serialization.asJson(Serialization.unmarshal(document, type)), JsonNode.class);

      assertThat(again).isEqualTo(written);
    }
  }
}
