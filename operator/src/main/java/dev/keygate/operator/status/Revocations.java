package dev.keygate.operator.status;

import dev.keygate.crds.v1alpha1.RevocationStatus;
import dev.keygate.operator.finality.Acknowledgement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What a status says of something that was taken away, and how far the gateways have come. */
public final class Revocations {

  private Revocations() {}

  public static RevocationStatus of(Instant requested, Acknowledgement acknowledgement) {
    RevocationStatus status = new RevocationStatus();
    status.setRequestedAt(millis(requested));
    switch (acknowledgement) {
      case Acknowledgement.Final(var acknowledged, var replicas, var at) -> {
        status.setAcknowledged(acknowledged);
        status.setReplicas(replicas);
        status.setFinalAt(atOrAfter(at));
        status.setLatencyMillis(Math.max(0, Duration.between(requested, at).toMillis()));
      }
      case Acknowledgement.Waiting(var acknowledged, var replicas, var waitingFor) -> {
        status.setAcknowledged(acknowledged);
        status.setReplicas(replicas);
        status.setWaitingFor(waitingFor);
      }
      case Acknowledgement.Unknown _, Acknowledgement.Settled _ -> {}
    }
    return status;
  }

  /** It must not be promised before it is so. */
  private static String atOrAfter(Instant time) {
    Instant floor = time.truncatedTo(ChronoUnit.MILLIS);
    return (floor.equals(time) ? floor : floor.plusMillis(1)).toString();
  }

  /** As a status shows a time of a revocation. */
  public static String millis(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
