package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** One minted key of an ApiKey. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class KeyVersionStatus {

  @JsonPropertyDescription("1 for the first key, then 2 and so on.")
  private @Nullable Integer version;

  @JsonPropertyDescription("Identifier of the key in logs, metrics and headers; not a credential.")
  private @Nullable String keyId;

  @JsonPropertyDescription("Pending, Active, Retiring or Revoked.")
  private @Nullable KeyVersionState state;

  @JsonPropertyDescription("When it was minted.")
  private @Nullable String issuedAt;

  @JsonPropertyDescription(
      "When its overlap ends; only while Retiring. It is revoked then or, with onDeadline: Hold, "
          + "stays beyond it while it is used.")
  private @Nullable String retireAt;

  @JsonPropertyDescription("When a request last presented it.")
  private @Nullable String lastUsedAt;

  @JsonPropertyDescription("Requests that presented it.")
  private @Nullable Long requests;

  public @Nullable Integer getVersion() {
    return version;
  }

  public void setVersion(@Nullable Integer version) {
    this.version = version;
  }

  public @Nullable String getKeyId() {
    return keyId;
  }

  public void setKeyId(@Nullable String keyId) {
    this.keyId = keyId;
  }

  public @Nullable KeyVersionState getState() {
    return state;
  }

  public void setState(@Nullable KeyVersionState state) {
    this.state = state;
  }

  public @Nullable String getIssuedAt() {
    return issuedAt;
  }

  public void setIssuedAt(@Nullable String issuedAt) {
    this.issuedAt = issuedAt;
  }

  public @Nullable String getRetireAt() {
    return retireAt;
  }

  public void setRetireAt(@Nullable String retireAt) {
    this.retireAt = retireAt;
  }

  public @Nullable String getLastUsedAt() {
    return lastUsedAt;
  }

  public void setLastUsedAt(@Nullable String lastUsedAt) {
    this.lastUsedAt = lastUsedAt;
  }

  public @Nullable Long getRequests() {
    return requests;
  }

  public void setRequests(@Nullable Long requests) {
    this.requests = requests;
  }
}
