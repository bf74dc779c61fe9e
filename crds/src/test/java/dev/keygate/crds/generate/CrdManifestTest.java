package dev.keygate.crds.generate;

import static dev.keygate.crds.generate.CrdManifest.property;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrdManifestTest {

  @ParameterizedTest(name = "{0} explains each of its fields")
  @ValueSource(classes = {Organization.class, ApiKey.class})
  void everyFieldHasADescriptionWhenGenerated(Class<? extends CustomResource<?, ?>> type) {
    var undescribed = new ArrayList<String>();

    walk("", CrdManifest.of(type).schema(), undescribed);

    assertThat(undescribed).isEmpty();
  }

  @Test
  void columnsComeInTheOrderOfTheDesignWhenGenerated() {
    var version = CrdManifest.of(ApiKey.class).definition().getSpec().getVersions().getFirst();

    assertThat(version.getAdditionalPrinterColumns())
        .extracting(CustomResourceColumnDefinition::getName)
        .containsExactly(
            "Organization",
            "Environment",
            "Ready",
            "Reason",
            "Requests",
            "Last Used",
            "Expires",
            "Age",
            "Key Id",
            "Rotation",
            "Unused");
  }

  @Test
  void durationsAndTimesHaveFormatsWhenGenerated() {
    var spec = property(CrdManifest.of(ApiKey.class).schema(), "spec");
    var rotation = property(spec, "rotation");

    assertThat(List.of("every", "renewBefore", "overlap", "quietPeriod"))
        .allSatisfy(name -> assertThat(property(rotation, name).getFormat()).isEqualTo("duration"));
    assertThat(property(property(spec, "rateLimit"), "window").getFormat()).isEqualTo("duration");
    assertThat(property(spec, "expiresAt").getFormat()).isEqualTo("date-time");
  }

  @ParameterizedTest(name = "{0} comes out the same twice")
  @ValueSource(classes = {Organization.class, ApiKey.class})
  void manifestIsTheSameWhenGeneratedAgain(Class<? extends CustomResource<?, ?>> type) {
    assertThat(CrdManifest.of(type).yaml()).isEqualTo(CrdManifest.of(type).yaml());
  }

  private static void walk(String path, JSONSchemaProps schema, List<String> undescribed) {
    if (schema.getDescription() == null || schema.getDescription().isBlank()) {
      undescribed.add(path);
    }
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach((name, property) -> walk(path + "." + name, property, undescribed));
    }
    if (schema.getItems() != null && !schema.getItems().getSchema().getProperties().isEmpty()) {
      walk(path + "[]", schema.getItems().getSchema(), undescribed);
    }
  }
}
