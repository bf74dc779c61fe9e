package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A tenant, or a part of one: a node of the tree that keys are scoped to. Cluster-scoped. */
@JsonClassDescription("A tenant, or a part of one: a node of the tree that API keys are scoped to.")
@Group("keygate.dev")
@Version("v1alpha1")
@Kind("Organization")
@Singular("organization")
@Plural("organizations")
@ShortNames({"org", "orgs"})
@Categories("keygate")
@AdditionalPrinterColumn(name = "Id", type = Type.STRING, jsonPath = ".status.id")
@AdditionalPrinterColumn(name = "Parent", type = Type.STRING, jsonPath = ".spec.parentRef.name")
@AdditionalPrinterColumn(
    name = "Ready",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Children", type = Type.INTEGER, jsonPath = ".status.children")
@AdditionalPrinterColumn(name = "Keys", type = Type.INTEGER, jsonPath = ".status.apiKeys")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(
    name = "Suspended",
    type = Type.BOOLEAN,
    priority = 1,
    jsonPath = ".spec.suspended")
@AdditionalPrinterColumn(name = "Path", type = Type.STRING, priority = 1, jsonPath = ".status.path")
@AdditionalSelectableField(jsonPath = ".spec.parentRef.name")
@ValidationRule(
    value =
        "(has(self.spec.id) ? self.spec.id : self.metadata.name) == (has(oldSelf.spec.id) ?"
            + " oldSelf.spec.id : oldSelf.metadata.name)",
    fieldPath = ".spec.id",
    message =
        "spec.id is immutable, and metadata.name is the id where spec.id is not set: create another"
            + " Organization for the other id")
@ValidationRule(
    value =
        "oldSelf.hasValue() || has(self.spec.id) || (size(self.metadata.name) <= 64 &&"
            + " !self.metadata.name.contains('.'))",
    optionalOldSelf = true,
    fieldPath = ".spec.id",
    message =
        "metadata.name can't be the organization's id because it has a dot or more than 64"
            + " characters: set spec.id")
public final class Organization extends CustomResource<OrganizationSpec, OrganizationStatus> {

  @Override
  @Required
  @JsonPropertyDescription("What is wanted of the organization.")
  public OrganizationSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What the operator has seen and done; written by the operator only.")
  public OrganizationStatus getStatus() {
    return super.getStatus();
  }
}
