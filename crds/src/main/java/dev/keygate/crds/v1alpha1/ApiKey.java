package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** An API key of an organization. The key itself is in the Secret that the status names. */
@JsonClassDescription(
    "An API key of an organization. The operator mints the key and puts it into the Secret that status.binding names.")
@Group("keygate.dev")
@Version("v1alpha1")
@Kind("ApiKey")
@Singular("apikey")
@Plural("apikeys")
@ShortNames("ak")
@Categories("keygate")
@AdditionalPrinterColumn(
    name = "Organization",
    type = Type.STRING,
    jsonPath = ".spec.organizationRef.name")
@AdditionalPrinterColumn(name = "Environment", type = Type.STRING, jsonPath = ".spec.environment")
@AdditionalPrinterColumn(
    name = "Ready",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
    name = "Requests",
    type = Type.INTEGER,
    jsonPath = ".status.usage.requests")
@AdditionalPrinterColumn(
    name = "Last Used",
    type = Type.DATE,
    jsonPath = ".status.usage.lastUsedAt")
@AdditionalPrinterColumn(name = "Expires", type = Type.STRING, jsonPath = ".spec.expiresAt")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(
    name = "Key Id",
    type = Type.STRING,
    priority = 1,
    jsonPath = ".status.keyId")
@AdditionalPrinterColumn(
    name = "Rotation",
    type = Type.STRING,
    priority = 1,
    jsonPath = ".status.rotation.phase")
@AdditionalPrinterColumn(
    name = "Unused",
    type = Type.STRING,
    priority = 1,
    jsonPath = ".status.conditions[?(@.type==\"Unused\")].status")
@AdditionalSelectableField(jsonPath = ".spec.organizationRef.name")
@AdditionalSelectableField(jsonPath = ".spec.environment")
@ValidationRule(
    value =
        "(has(self.spec.secretName) ? self.spec.secretName : self.metadata.name) =="
            + " (has(oldSelf.spec.secretName) ? oldSelf.spec.secretName : oldSelf.metadata.name)",
    fieldPath = ".spec.secretName",
    message =
        "spec.secretName is immutable, and metadata.name is the Secret's name where it is not set:"
            + " create another ApiKey for the other Secret")
public final class ApiKey extends CustomResource<ApiKeySpec, ApiKeyStatus> implements Namespaced {

  @Override
  @Required
  @JsonPropertyDescription("What is wanted of the key.")
  public ApiKeySpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What the operator has seen and done; written by the operator only.")
  public ApiKeyStatus getStatus() {
    return super.getStatus();
  }
}
