package dev.keygate.bench.suspend;

import dev.keygate.bench.stack.BenchStack;
import dev.keygate.bench.stack.Refusals;
import dev.keygate.bench.stack.Wanted;
import dev.keygate.bench.stack.Watched.Seen;
import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An organization with its keys, which is suspended and comes back.
 *
 * @param name of the organization
 * @param names of its ApiKeys
 * @param keys as their clients present them
 */
record Tenant(String name, List<String> names, List<String> keys) {

  Tenant {
    names = List.copyOf(names);
    keys = List.copyOf(keys);
  }

  /**
   * How long a suspension took from the API server's answer to the patch.
   *
   * @param toFinal until it was final in the status
   * @param toRefused until the last gateway refused
   * @param toTold until the status of every key said so
   */
  record Suspension(double toFinal, double toRefused, double toTold) {

    /** Final, and refused everywhere. */
    double millis() {
      return Math.max(toFinal, toRefused);
    }
  }

  /** Fails when a gateway answers one of the keys once it is final. */
  Suspension suspend(BenchStack stack, Refusals refusals) throws Exception {
    Instant before = Instant.now();
    CompletableFuture<Seen<Organization>> finished =
        stack.organizations().when(name, it -> isFinalSince(it, before));
    List<CompletableFuture<Seen<ApiKey>>> told =
        names.stream().map(key -> stack.keys().when(key, it -> !Wanted.isReadyKey(it))).toList();
    List<CompletableFuture<Instant>> refused =
        stack.gateways().stream().map(it -> Probe.start(refusals, it, keys)).toList();
    stack.patch(stack.organization(name), suspended(true));
    Instant accepted = Instant.now();
    double toFinal = millis(accepted, BenchStack.await(finished).at());
    double toRefused = 0;
    for (CompletableFuture<Instant> each : refused) {
      toRefused = Math.max(toRefused, millis(accepted, BenchStack.await(each)));
    }
    for (String key : keys) {
      refusals.requireAll(key);
    }
    double toTold = 0;
    for (CompletableFuture<Seen<ApiKey>> each : told) {
      toTold = Math.max(toTold, millis(accepted, BenchStack.await(each).at()));
    }
    return new Suspension(toFinal, toRefused, toTold);
  }

  /** Returns once all its keys are Ready again. */
  void lift(BenchStack stack) throws Exception {
    List<CompletableFuture<Seen<ApiKey>>> ready =
        names.stream().map(key -> stack.keys().when(key, Wanted::isReadyKey)).toList();
    stack.patch(stack.organization(name), suspended(false));
    for (CompletableFuture<Seen<ApiKey>> each : ready) {
      var _ = BenchStack.await(each);
    }
  }

  private static boolean isFinalSince(Optional<Organization> organization, Instant before) {
    return organization
        .map(Organization::getStatus)
        .map(OrganizationStatus::getRevocation)
        .map(it -> it.getFinalAt())
        .filter(at -> Instant.parse(at).isAfter(before))
        .isPresent();
  }

  private static String suspended(boolean suspended) {
    return "{\"spec\":{\"suspended\":" + suspended + "}}";
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }
}
