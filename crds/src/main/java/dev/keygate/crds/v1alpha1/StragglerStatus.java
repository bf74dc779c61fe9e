package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A client that still used the old key of a rotation. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class StragglerStatus {

  @JsonPropertyDescription("Address that the gateway saw: a proxy's, where there is one.")
  private @Nullable String sourceAddress;

  @JsonPropertyDescription("What it says of itself, shortened; empty when it says nothing.")
  private @Nullable String userAgent;

  @JsonPropertyDescription("Route of the gateway that it used; empty when none was reached.")
  private @Nullable String routeId;

  @JsonPropertyDescription("When it last presented the old key.")
  private @Nullable String lastSeenAt;

  @JsonPropertyDescription("How often it did, roughly.")
  private @Nullable Long requests;

  public @Nullable String getSourceAddress() {
    return sourceAddress;
  }

  public void setSourceAddress(@Nullable String sourceAddress) {
    this.sourceAddress = sourceAddress;
  }

  public @Nullable String getUserAgent() {
    return userAgent;
  }

  public void setUserAgent(@Nullable String userAgent) {
    this.userAgent = userAgent;
  }

  public @Nullable String getRouteId() {
    return routeId;
  }

  public void setRouteId(@Nullable String routeId) {
    this.routeId = routeId;
  }

  public @Nullable String getLastSeenAt() {
    return lastSeenAt;
  }

  public void setLastSeenAt(@Nullable String lastSeenAt) {
    this.lastSeenAt = lastSeenAt;
  }

  public @Nullable Long getRequests() {
    return requests;
  }

  public void setRequests(@Nullable Long requests) {
    this.requests = requests;
  }
}
