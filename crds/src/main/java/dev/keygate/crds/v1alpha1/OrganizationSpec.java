package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a platform team wants of an organization. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class OrganizationSpec {

  @JsonPropertyDescription(
      "The organization_id that API clients send; compared byte by byte. "
          + "Defaults to metadata.name. Immutable, and unique in the cluster.")
  @Pattern(Patterns.ORGANIZATION_ID)
  @Size(min = 1, max = 64)
  private @Nullable String id;

  @JsonPropertyDescription("Name for people.")
  @Pattern(Patterns.DISPLAY_NAME)
  @Size(max = 256)
  private @Nullable String displayName;

  @JsonPropertyDescription(
      "Parent organization; absent for a root. Changing it moves the whole "
          + "subtree at once; a cycle is refused and nothing moves.")
  private @Nullable OrganizationRef parentRef;

  @JsonPropertyDescription(
      "Ceiling for every key at or below this organization: resource:action, "
          + "resource:* or *. Absent: the ceiling of the parent. An empty list "
          + "allows nothing.")
  @Size(max = 100)
  private @Nullable List<@Pattern(Patterns.PERMISSION) @Size(max = 127) String> permissions;

  @JsonPropertyDescription(
      "Namespaces whose ApiKeys may name this organization or one below it. "
          + "Absent: only those that an organization above grants.")
  private @Nullable AllowedNamespaces allowedNamespaces;

  @JsonPropertyDescription(
      "true refuses every key at or below this organization until it is false " + "again.")
  @Default("false")
  private @Nullable Boolean suspended;

  @JsonPropertyDescription(
      "Default rate limit of keys at or below this organization; the nearest "
          + "definition wins. Not enforced by this release yet.")
  private @Nullable RateLimit rateLimit;

  public @Nullable String getId() {
    return id;
  }

  public void setId(@Nullable String id) {
    this.id = id;
  }

  public @Nullable String getDisplayName() {
    return displayName;
  }

  public void setDisplayName(@Nullable String displayName) {
    this.displayName = displayName;
  }

  public @Nullable OrganizationRef getParentRef() {
    return parentRef;
  }

  public void setParentRef(@Nullable OrganizationRef parentRef) {
    this.parentRef = parentRef;
  }

  public @Nullable List<String> getPermissions() {
    return permissions;
  }

  public void setPermissions(@Nullable List<String> permissions) {
    this.permissions = permissions;
  }

  public @Nullable AllowedNamespaces getAllowedNamespaces() {
    return allowedNamespaces;
  }

  public void setAllowedNamespaces(@Nullable AllowedNamespaces allowedNamespaces) {
    this.allowedNamespaces = allowedNamespaces;
  }

  public @Nullable Boolean getSuspended() {
    return suspended;
  }

  public void setSuspended(@Nullable Boolean suspended) {
    this.suspended = suspended;
  }

  public @Nullable RateLimit getRateLimit() {
    return rateLimit;
  }

  public void setRateLimit(@Nullable RateLimit rateLimit) {
    this.rateLimit = rateLimit;
  }
}
