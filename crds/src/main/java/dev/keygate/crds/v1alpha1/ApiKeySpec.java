package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a team wants of an API key. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class ApiKeySpec {

  @JsonPropertyDescription("Descriptive name, such as \"Production CRM sync\".")
  @Pattern(Patterns.DISPLAY_NAME)
  @Size(max = 256)
  private @Nullable String displayName;

  @JsonPropertyDescription("The organization whose subtree the key may reach. Immutable.")
  @Required
  @ValidationRule(
      value = "self.name == oldSelf.name",
      fieldPath = ".name",
      message =
          "organizationRef.name is immutable: create another ApiKey for the other "
              + "organization")
  private @Nullable OrganizationRef organizationRef;

  @JsonPropertyDescription(
      "Environment of the key; it is part of the key itself, and a gateway "
          + "accepts only the environments that it serves. Immutable.")
  @Default("live")
  @Pattern(Patterns.ENVIRONMENT)
  @Size(min = 1, max = 32)
  @ValidationRule(
      value = "self == oldSelf",
      message = "environment is immutable: create another ApiKey for the other " + "environment")
  private @Nullable String environment;

  @JsonPropertyDescription(
      "What the key may do: resource:action, resource:* or *. What counts is "
          + "the intersection with every ceiling above "
          + "(status.effectivePermissions). Absent or empty: only routes that need "
          + "no permission.")
  @Size(max = 100)
  private @Nullable List<@Pattern(Patterns.PERMISSION) @Size(max = 127) String> permissions;

  @JsonPropertyDescription(
      "Secret in the same namespace that receives the key. Defaults to "
          + "metadata.name. Immutable.")
  @Pattern(Patterns.RESOURCE_NAME)
  @Size(min = 1, max = 253)
  private @Nullable String secretName;

  // A pattern, since a CEL rule can't be evaluated on a stored value that is no time, and would
  // then keep such a key from being revoked.
  @JsonPropertyDescription(
      "Time (RFC 3339, such as 2027-01-31T00:00:00Z) after which the key is refused, in the years "
          + "2000 to 8999. A later one makes the same key usable again.")
  @Pattern(Patterns.TIME)
  private @Nullable String expiresAt;

  @JsonPropertyDescription(
      "true revokes every key of this resource, for good. Set back to false, a "
          + "new key is issued; the old ones stay refused.")
  @Default("false")
  private @Nullable Boolean revoked;

  @JsonPropertyDescription("When and how the key is replaced by a new one.")
  private @Nullable Rotation rotation;

  @JsonPropertyDescription(
      "Rate limit of this key; absent: that of the nearest organization above "
          + "that has one, then that of the gateway. Not enforced by this release yet.")
  private @Nullable RateLimit rateLimit;

  public @Nullable String getDisplayName() {
    return displayName;
  }

  public void setDisplayName(@Nullable String displayName) {
    this.displayName = displayName;
  }

  public @Nullable OrganizationRef getOrganizationRef() {
    return organizationRef;
  }

  public void setOrganizationRef(@Nullable OrganizationRef organizationRef) {
    this.organizationRef = organizationRef;
  }

  public @Nullable String getEnvironment() {
    return environment;
  }

  public void setEnvironment(@Nullable String environment) {
    this.environment = environment;
  }

  public @Nullable List<String> getPermissions() {
    return permissions;
  }

  public void setPermissions(@Nullable List<String> permissions) {
    this.permissions = permissions;
  }

  public @Nullable String getSecretName() {
    return secretName;
  }

  public void setSecretName(@Nullable String secretName) {
    this.secretName = secretName;
  }

  public @Nullable String getExpiresAt() {
    return expiresAt;
  }

  public void setExpiresAt(@Nullable String expiresAt) {
    this.expiresAt = expiresAt;
  }

  public @Nullable Boolean getRevoked() {
    return revoked;
  }

  public void setRevoked(@Nullable Boolean revoked) {
    this.revoked = revoked;
  }

  public @Nullable Rotation getRotation() {
    return rotation;
  }

  public void setRotation(@Nullable Rotation rotation) {
    this.rotation = rotation;
  }

  public @Nullable RateLimit getRateLimit() {
    return rateLimit;
  }

  public void setRateLimit(@Nullable RateLimit rateLimit) {
    this.rateLimit = rateLimit;
  }
}
