package dev.keygate.crds.generate;

import static dev.keygate.crds.generate.CrdManifest.property;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What annotations can't say: order of the columns, list types, formats, and the descriptions and
 * limits of the types that are fabric8's.
 */
record SchemaFinish(Class<?> type) implements CRDPostProcessor {

  @Override
  public HasMetadata process(HasMetadata crd, String crdVersion) {
    var version = ((CustomResourceDefinition) crd).getSpec().getVersions().getFirst();
    List<String> order =
        Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    version.setAdditionalPrinterColumns(
        version.getAdditionalPrinterColumns().stream()
            .sorted(
                Comparator.comparingInt(
                    (CustomResourceColumnDefinition column) -> order.indexOf(column.getName())))
            .toList());
    var root = version.getSchema().getOpenAPIV3Schema();
    root.setDescription(type.getAnnotation(JsonClassDescription.class).value());
    finish(root);
    return crd;
  }

  private static void finish(JSONSchemaProps schema) {
    if (schema.getProperties() == null) {
      return;
    }
    schema
        .getProperties()
        .forEach(
            (name, property) -> {
              switch (name) {
                case "conditions" -> conditions(property);
                case "selector" -> selector(property);
                case "versions" ->
                    property.getItems().getSchema().setDescription("One minted key.");
                case "stragglers" ->
                    property.getItems().getSchema().setDescription("A client of the old key.");
                case "permissions" -> property.setXKubernetesListType("set");
                default -> {}
              }
              format(name, property);
              finish(property);
              if (property.getItems() != null && property.getItems().getSchema() != null) {
                finish(property.getItems().getSchema());
              }
            });
  }

  /** Names ending in At, Since or Time are times; the pattern of durations marks durations. */
  private static void format(String name, JSONSchemaProps property) {
    if (!"string".equals(property.getType())) {
      return;
    }
    if (name.endsWith("At") || name.endsWith("Since") || name.endsWith("Time")) {
      property.setFormat("date-time");
    } else if (property.getPattern() != null && property.getPattern().contains("(h|m|s|ms)")) {
      property.setFormat("duration");
    }
  }

  private static void conditions(JSONSchemaProps conditions) {
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
    var item = conditions.getItems().getSchema();
    item.setDescription("One aspect of the current state.");
    item.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
    describe(
        item,
        Map.of(
            "lastTransitionTime", "When the status last changed from one value to another.",
            "message", "One sentence with the object's name and the next step.",
            "observedGeneration", "metadata.generation that this condition speaks of.",
            "reason", "CamelCase reason for the status; repeats the type when the status is True.",
            "status", "True, False or Unknown.",
            "type", "What the condition is about."));
  }

  /** The limits that the API server puts on its own label selectors. */
  private static void selector(JSONSchemaProps selector) {
    describe(
        selector,
        Map.of(
            "matchLabels", "Labels that the namespace must have, with these values.",
            "matchExpressions", "Requirements on labels, all of which must hold."));
    var expressions = property(selector, "matchExpressions");
    expressions.setMaxItems(32L);
    var item = expressions.getItems().getSchema();
    item.setDescription("A requirement on one label.");
    item.setRequired(List.of("key", "operator"));
    describe(
        item,
        Map.of(
            "key", "Name of the label.",
            "operator", "In, NotIn, Exists or DoesNotExist.",
            "values", "Values for In and NotIn; absent for the other two."));
    property(item, "key").setMaxLength(317L);
    property(item, "operator")
        .setEnum(
            Stream.of("In", "NotIn", "Exists", "DoesNotExist")
                .<JsonNode>map(TextNode::valueOf)
                .toList());
    var values = property(item, "values");
    values.setMaxItems(64L);
    values.getItems().getSchema().setMaxLength(63L);
    var rule = new ValidationRule();
    rule.setRule(
        "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 :"
            + " !has(self.values) || size(self.values) == 0");
    rule.setMessage("In and NotIn need at least one of values; Exists and DoesNotExist take none");
    item.setXKubernetesValidations(List.of(rule));
  }

  private static void describe(JSONSchemaProps schema, Map<String, String> descriptions) {
    descriptions.forEach((name, text) -> property(schema, name).setDescription(text));
  }
}
