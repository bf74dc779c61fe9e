package dev.keygate.operator.tree;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Label selectors by the rules of the Kubernetes API; an operator nobody knows matches nothing. */
final class NamespaceSelector {

  private NamespaceSelector() {}

  static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return Objects.requireNonNullElse(selector.getMatchLabels(), Map.<String, String>of())
            .entrySet()
            .stream()
            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
        && Objects.requireNonNullElse(
                selector.getMatchExpressions(), List.<LabelSelectorRequirement>of())
            .stream()
            .allMatch(requirement -> matches(requirement, labels));
  }

  private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.getKey());
    List<String> values = Objects.requireNonNullElse(requirement.getValues(), List.of());
    return switch (requirement.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
