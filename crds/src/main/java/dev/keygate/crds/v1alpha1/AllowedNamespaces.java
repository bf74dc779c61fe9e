package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/** Which namespaces may issue keys for an organization or one below it. */
@ValidationRule(
    value = "self.from != 'Selector' || has(self.selector)",
    message = "selector is required when from is Selector")
@ValidationRule(
    value = "self.from == 'Selector' || !has(self.selector)",
    message =
        "selector has no effect unless from is Selector: remove it, or set from " + "to Selector")
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class AllowedNamespaces {

  @JsonPropertyDescription(
      "Which namespaces: None, All, or those whose labels match the selector " + "(Selector).")
  @Default("None")
  private @Nullable NamespaceGrant from;

  @JsonPropertyDescription(
      "Labels of the granted namespaces; only with from: Selector. An empty "
          + "selector matches all.")
  private @Nullable LabelSelector selector;

  public @Nullable NamespaceGrant getFrom() {
    return from;
  }

  public void setFrom(@Nullable NamespaceGrant from) {
    this.from = from;
  }

  public @Nullable LabelSelector getSelector() {
    return selector;
  }

  public void setSelector(@Nullable LabelSelector selector) {
    this.selector = selector;
  }
}
