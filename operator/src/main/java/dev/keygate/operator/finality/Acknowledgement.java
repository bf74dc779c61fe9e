package dev.keygate.operator.finality;

import java.time.Instant;
import java.util.List;

/** How far the gateways have come with a change. */
public sealed interface Acknowledgement {

  /** The same, with replicas among those that had to acknowledge which died before they did. */
  default Acknowledgement withDead(int dead) {
    return switch (this) {
      case Waiting(var acknowledged, var replicas, var waitingFor) ->
          new Waiting(acknowledged, replicas + dead, waitingFor);
      case Final(var acknowledged, var replicas, var at) ->
          new Final(acknowledged, replicas + dead, at);
      case Unknown _, Settled _ -> this;
    };
  }

  /** Nobody has looked yet. */
  record Unknown() implements Acknowledgement {}

  /**
   * Some live replica has not acknowledged, and its lease may still run.
   *
   * @param waitingFor names of those replicas, sorted; empty when all that are known have
   *     acknowledged, and PostgreSQL was replaced so recently that others may be at work
   */
  record Waiting(int acknowledged, int replicas, List<String> waitingFor)
      implements Acknowledgement {
    public Waiting {
      waitingFor = List.copyOf(waitingFor);
    }

    /** Whether whoever is known has taken over the change: enough to hand out a new key. */
    public boolean reachedAllKnown() {
      return waitingFor.isEmpty();
    }

    /** For people, as the end of a sentence. */
    public String explained() {
      return waitingFor.isEmpty()
          ? "waits until leases from before PostgreSQL's last restart or failover have run out"
          : "waits for gateway "
              + String.join(", ", waitingFor)
              + " to acknowledge; one that can't stops serving when its lease runs out";
    }
  }

  /** No replica can act on the state before the change any more. */
  sealed interface Done extends Acknowledgement {}

  /**
   * Just become so.
   *
   * @param replicas more than have acknowledged when the leases of the others have run out
   * @param at when that became known
   */
  record Final(int acknowledged, int replicas, Instant at) implements Done {}

  /** It was final before, as the status says; no figures are at hand. */
  record Settled() implements Done {}
}
