package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator has done for an API key. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class ApiKeyStatus {

  @JsonPropertyDescription("Identifier of the key now in the Secret; not a credential.")
  private @Nullable String keyId;

  @JsonPropertyDescription(
      "Prefix with the environment and last four characters of the key now in "
          + "the Secret, for people to tell keys apart.")
  private @Nullable String hint;

  @JsonPropertyDescription(
      "The minted keys, newest first: all usable ones and the most recent " + "revoked ones.")
  private @Nullable List<KeyVersionStatus> versions;

  @JsonPropertyDescription("How much the key is used, brought up to date at most once a minute.")
  private @Nullable UsageStatus usage;

  @JsonPropertyDescription("The rotation under way, or the last one.")
  private @Nullable RotationStatus rotation;

  @JsonPropertyDescription("How far the last revocation has come.")
  private @Nullable RevocationStatus revocation;

  @JsonPropertyDescription(
      "The Secret that holds the key (Service Binding specification, " + "Provisioned Service).")
  private @Nullable BindingStatus binding;

  @JsonPropertyDescription("What the key may do: its permissions within every ceiling above it.")
  private @Nullable List<String> effectivePermissions;

  @JsonPropertyDescription("metadata.generation that this status speaks of.")
  private @Nullable Long observedGeneration;

  @JsonPropertyDescription(
      "Accepted, Programmed, Ready, Rotating and Unused, each with the "
          + "generation that it speaks of.")
  private @Nullable List<Condition> conditions;

  public @Nullable String getKeyId() {
    return keyId;
  }

  public void setKeyId(@Nullable String keyId) {
    this.keyId = keyId;
  }

  public @Nullable String getHint() {
    return hint;
  }

  public void setHint(@Nullable String hint) {
    this.hint = hint;
  }

  public @Nullable List<KeyVersionStatus> getVersions() {
    return versions;
  }

  public void setVersions(@Nullable List<KeyVersionStatus> versions) {
    this.versions = versions;
  }

  public @Nullable UsageStatus getUsage() {
    return usage;
  }

  public void setUsage(@Nullable UsageStatus usage) {
    this.usage = usage;
  }

  public @Nullable RotationStatus getRotation() {
    return rotation;
  }

  public void setRotation(@Nullable RotationStatus rotation) {
    this.rotation = rotation;
  }

  public @Nullable RevocationStatus getRevocation() {
    return revocation;
  }

  public void setRevocation(@Nullable RevocationStatus revocation) {
    this.revocation = revocation;
  }

  public @Nullable BindingStatus getBinding() {
    return binding;
  }

  public void setBinding(@Nullable BindingStatus binding) {
    this.binding = binding;
  }

  public @Nullable List<String> getEffectivePermissions() {
    return effectivePermissions;
  }

  public void setEffectivePermissions(@Nullable List<String> effectivePermissions) {
    this.effectivePermissions = effectivePermissions;
  }

  public @Nullable Long getObservedGeneration() {
    return observedGeneration;
  }

  public void setObservedGeneration(@Nullable Long observedGeneration) {
    this.observedGeneration = observedGeneration;
  }

  public @Nullable List<Condition> getConditions() {
    return conditions;
  }

  public void setConditions(@Nullable List<Condition> conditions) {
    this.conditions = conditions;
  }
}
