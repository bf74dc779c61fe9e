package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far the last revocation has come. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class RevocationStatus {

  @JsonPropertyDescription("When the operator saw that the key is to be revoked.")
  private @Nullable String requestedAt;

  @JsonPropertyDescription(
      "A request sent after this time is refused by every replica. Absent "
          + "until that is certain.")
  private @Nullable String finalAt;

  @JsonPropertyDescription("Gateway replicas that have acknowledged the revocation.")
  private @Nullable Integer acknowledged;

  @JsonPropertyDescription(
      "Gateway replicas that have to acknowledge it. When it is final and fewer have, the leases "
          + "of the others have run out.")
  private @Nullable Integer replicas;

  @JsonPropertyDescription("Milliseconds from requestedAt to finalAt.")
  private @Nullable Long latencyMillis;

  @JsonPropertyDescription(
      "Replicas that have not acknowledged yet; each stops serving by itself "
          + "when its lease runs out. A name may be that of an earlier process, whose successor "
          + "serves already.")
  private @Nullable List<String> waitingFor;

  public @Nullable String getRequestedAt() {
    return requestedAt;
  }

  public void setRequestedAt(@Nullable String requestedAt) {
    this.requestedAt = requestedAt;
  }

  public @Nullable String getFinalAt() {
    return finalAt;
  }

  public void setFinalAt(@Nullable String finalAt) {
    this.finalAt = finalAt;
  }

  public @Nullable Integer getAcknowledged() {
    return acknowledged;
  }

  public void setAcknowledged(@Nullable Integer acknowledged) {
    this.acknowledged = acknowledged;
  }

  public @Nullable Integer getReplicas() {
    return replicas;
  }

  public void setReplicas(@Nullable Integer replicas) {
    this.replicas = replicas;
  }

  public @Nullable Long getLatencyMillis() {
    return latencyMillis;
  }

  public void setLatencyMillis(@Nullable Long latencyMillis) {
    this.latencyMillis = latencyMillis;
  }

  public @Nullable List<String> getWaitingFor() {
    return waitingFor;
  }

  public void setWaitingFor(@Nullable List<String> waitingFor) {
    this.waitingFor = waitingFor;
  }
}
