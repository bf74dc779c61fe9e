package dev.keygate.crds.generate;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes the reference of both resources as Markdown, from the manifests. */
final class ReferencePage {

  private static final String INTRODUCTION =
      """
      # The resources

      Generated from the API types, like the manifests in `crds/`: `kubectl explain --recursive` \
      shows the same texts. Both are `keygate.dev/v1alpha1`; `kubectl get keygate -A` lists both.
      """;

  private final StringBuilder page = new StringBuilder(INTRODUCTION);

  private ReferencePage() {}

  static String of(CrdManifest... manifests) {
    var page = new ReferencePage();
    for (var manifest : manifests) {
      page.resource(manifest);
    }
    return page.page.toString();
  }

  private void resource(CrdManifest manifest) {
    var spec = manifest.definition().getSpec();
    var schema = manifest.schema();
    page.append("\n## ")
        .append(spec.getNames().getKind())
        .append("\n\n")
        .append(schema.getDescription())
        .append(spec.getScope().equals("Cluster") ? " Cluster-scoped" : " Namespaced")
        .append("; short names: ")
        .append(
            spec.getNames().getShortNames().stream()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", ")))
        .append(".\n\n| Field | Type | Default | Meaning |\n| --- | --- | --- | --- |\n");
    var rules = new ArrayList<String>();
    rules(schema, rules);
    for (String part : List.of("spec", "status")) {
      rows(part, CrdManifest.property(schema, part), partType(manifest.type(), part), rules);
    }
    page.append("\nWhat the API server refuses besides, in its words:\n\n");
    rules.stream().distinct().forEach(rule -> page.append("- ").append(rule).append('\n'));
  }

  private static Optional<Type> partType(Class<?> resource, String part) {
    Type[] arguments =
        ((ParameterizedType) resource.getGenericSuperclass()).getActualTypeArguments();
    return Optional.of(arguments[part.equals("spec") ? 0 : 1]);
  }

  private void rows(
      String path, JSONSchemaProps parent, Optional<Type> type, Collection<String> rules) {
    rules(parent, rules);
    if (parent.getProperties() == null) {
      return;
    }
    for (var property : ordered(parent, type).entrySet()) {
      String name = property.getKey();
      var schema = property.getValue();
      boolean required = parent.getRequired() != null && parent.getRequired().contains(name);
      page.append(
          "| `%s.%s` | %s | %s | %s%s |\n"
              .formatted(
                  path,
                  name,
                  typeName(schema),
                  schema.getDefault() == null ? "" : "`" + schema.getDefault().asText() + "`",
                  required && !path.contains("status") ? "Required. " : "",
                  schema.getDescription().replace("|", "\\|")));
      var items = schema.getItems() == null ? null : schema.getItems().getSchema();
      rows(
          path + "." + name + (items == null ? "" : "[]"),
          items == null ? schema : items,
          type.flatMap(owner -> fieldType(owner, name)),
          rules);
    }
  }

  private static void rules(JSONSchemaProps schema, Collection<String> rules) {
    if (schema.getXKubernetesValidations() != null) {
      schema.getXKubernetesValidations().stream()
          .map(ValidationRule::getMessage)
          .forEach(rules::add);
    }
  }

  private static String typeName(JSONSchemaProps schema) {
    if (schema.getItems() != null) {
      return "list of " + typeName(schema.getItems().getSchema());
    }
    if (schema.getEnum() != null && !schema.getEnum().isEmpty()) {
      return schema.getEnum().stream()
          .map(value -> "`" + value.asText() + "`")
          .collect(Collectors.joining(", "));
    }
    if ("string".equals(schema.getType()) && schema.getFormat() != null) {
      return schema.getFormat().equals("date-time") ? "time" : schema.getFormat();
    }
    return schema.getAdditionalProperties() == null ? schema.getType() : "map of string";
  }

  /** As declared in the Java type, where it is ours; the manifest sorts by name. */
  private static Map<String, JSONSchemaProps> ordered(JSONSchemaProps parent, Optional<Type> type) {
    var properties = parent.getProperties();
    var ordered = new LinkedHashMap<String, JSONSchemaProps>();
    type.filter(Class.class::isInstance)
        .map(Class.class::cast)
        .ifPresent(
            owner ->
                Arrays.stream(((Class<?>) owner).getDeclaredFields())
                    .map(Field::getName)
                    .filter(properties::containsKey)
                    .forEach(name -> ordered.put(name, properties.get(name))));
    properties.forEach(ordered::putIfAbsent);
    return ordered;
  }

  private static Optional<Type> fieldType(Type owner, String name) {
    if (!(owner instanceof Class<?> type)) {
      return Optional.empty();
    }
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> field.getName().equals(name))
        .findFirst()
        .map(Field::getGenericType)
        .map(
            found ->
                found instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : found);
  }
}
