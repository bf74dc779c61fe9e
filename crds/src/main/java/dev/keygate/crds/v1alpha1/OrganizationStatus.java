package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator has seen of an organization. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class OrganizationStatus {

  @JsonPropertyDescription("The id in effect.")
  private @Nullable String id;

  @JsonPropertyDescription("Ids from the root down to this organization.")
  private @Nullable List<String> path;

  @JsonPropertyDescription("Organizations above this one; 0 for a root.")
  private @Nullable Integer depth;

  @JsonPropertyDescription("Ceiling in force; absent: that of the parent.")
  private @Nullable List<String> permissions;

  @JsonPropertyDescription("true while the organization itself is suspended; absent otherwise.")
  private @Nullable Boolean suspended;

  @JsonPropertyDescription("Organizations directly below this one.")
  private @Nullable Long children;

  @JsonPropertyDescription("ApiKeys that name this organization.")
  private @Nullable Long apiKeys;

  @JsonPropertyDescription(
      "The last suspension or move, and whether every replica of the gateway acts on it.")
  private @Nullable RevocationStatus revocation;

  @JsonPropertyDescription("metadata.generation that this status speaks of.")
  private @Nullable Long observedGeneration;

  @JsonPropertyDescription(
      "Accepted, Programmed and Ready, each with the generation that it speaks " + "of.")
  private @Nullable List<Condition> conditions;

  public @Nullable String getId() {
    return id;
  }

  public void setId(@Nullable String id) {
    this.id = id;
  }

  public @Nullable List<String> getPath() {
    return path;
  }

  public void setPath(@Nullable List<String> path) {
    this.path = path;
  }

  public @Nullable List<String> getPermissions() {
    return permissions;
  }

  public void setPermissions(@Nullable List<String> permissions) {
    this.permissions = permissions;
  }

  public @Nullable Boolean getSuspended() {
    return suspended;
  }

  public void setSuspended(@Nullable Boolean suspended) {
    this.suspended = suspended;
  }

  public @Nullable Integer getDepth() {
    return depth;
  }

  public void setDepth(@Nullable Integer depth) {
    this.depth = depth;
  }

  public @Nullable Long getChildren() {
    return children;
  }

  public void setChildren(@Nullable Long children) {
    this.children = children;
  }

  public @Nullable Long getApiKeys() {
    return apiKeys;
  }

  public void setApiKeys(@Nullable Long apiKeys) {
    this.apiKeys = apiKeys;
  }

  public @Nullable RevocationStatus getRevocation() {
    return revocation;
  }

  public void setRevocation(@Nullable RevocationStatus revocation) {
    this.revocation = revocation;
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
