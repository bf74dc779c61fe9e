package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How much a key is used. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class UsageStatus {

  @JsonPropertyDescription("Requests with any version of the key.")
  private @Nullable Long requests;

  @JsonPropertyDescription("When a request last presented any version of the key.")
  private @Nullable String lastUsedAt;

  @JsonPropertyDescription("When counting began.")
  private @Nullable String trackingSince;

  public @Nullable Long getRequests() {
    return requests;
  }

  public void setRequests(@Nullable Long requests) {
    this.requests = requests;
  }

  public @Nullable String getLastUsedAt() {
    return lastUsedAt;
  }

  public void setLastUsedAt(@Nullable String lastUsedAt) {
    this.lastUsedAt = lastUsedAt;
  }

  public @Nullable String getTrackingSince() {
    return trackingSince;
  }

  public void setTrackingSince(@Nullable String trackingSince) {
    this.trackingSince = trackingSince;
  }
}
