package dev.keygate.crds.generate;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.CRDOutput;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The manifest of one resource.
 *
 * @param type its Java type
 * @param definition read back from the manifest
 * @param yaml as committed
 */
record CrdManifest(
    Class<? extends CustomResource<?, ?>> type, CustomResourceDefinition definition, String yaml) {

  static CrdManifest of(Class<? extends CustomResource<?, ?>> type) {
    var written = new Written();
    new CRDGenerator()
        .customResourceClasses(type)
        .forCRDVersions("v1")
        .withParallelGenerationEnabled(false)
        .withMinQuotes(true)
        .withPostProcessor(new SchemaFinish(type))
        .withOutput(written)
        .generate();
    String generated = written.stream.toString(StandardCharsets.UTF_8);
    String yaml =
        "# Generated from %s.java: edit that, not this.\n".formatted(type.getSimpleName())
            + generated.substring(generated.indexOf("apiVersion:")).stripTrailing()
            + "\n";
    return new CrdManifest(
        type, Serialization.unmarshal(yaml, CustomResourceDefinition.class), yaml);
  }

  JSONSchemaProps schema() {
    return definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
  }

  /** A property that must be there. */
  static JSONSchemaProps property(JSONSchemaProps schema, String name) {
    return Objects.requireNonNull(schema.getProperties().get(name), name);
  }

  /** Keeps in memory what the generator would write to a file. */
  private static final class Written implements CRDOutput<ByteArrayOutputStream> {
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    @Override
    public ByteArrayOutputStream outputFor(String name) {
      return stream;
    }

    @Override
    public void close() {}
  }
}
