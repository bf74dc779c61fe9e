package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.local.faults.Point.Operation;
import dev.keygate.local.faults.Rows.Version;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A key for each point. At most one version more than without a crash, and never two usable. */
final class KeySubjects implements Subjects {

  private final FaultStack stack;
  private final Tenants tenants;
  private final String namespace;
  private final Rows rows;
  private Map<String, ApiKey> keys = Map.of();
  private Map<String, Secret> secrets = Map.of();
  private Map<String, List<Version>> stored = Map.of();

  KeySubjects(FaultStack stack, String namespace) {
    this.stack = stack;
    this.tenants = stack.tenants();
    this.namespace = namespace;
    this.rows = new Rows(stack.stack());
  }

  @Override
  public String about(Point point, int round) {
    return namespace + "/" + point.name(round);
  }

  @Override
  public void prepare(Point point, int round) {
    if (point.operation() != Operation.ISSUE) {
      tenants.declare(namespace, point.name(round));
    }
  }

  @Override
  public boolean isPrepared(Point point, int round) {
    if (point.operation() == Operation.ISSUE) {
      return true;
    }
    ApiKey key = keys.get(point.name(round));
    return key != null && Tenants.holds(key, "Ready");
  }

  @Override
  public void trigger(Point point, int round) {
    String name = point.name(round);
    switch (point.operation()) {
      case ISSUE -> tenants.declare(namespace, name);
      case REISSUE -> tenants.client().secrets().inNamespace(namespace).withName(name).delete();
      case ROTATE ->
          tenants.patch(
              namespace,
              name,
              "{\"spec\":{\"rotation\":{\"revision\":1,\"overlap\":\"1s\",\"quietPeriod\":\"1s\"}}}");
      case CHANGE -> tenants.patch(namespace, name, "{\"spec\":{\"permissions\":[\"*\"]}}");
      case REVOKE -> tenants.revoke(namespace, name);
      case DELETE -> tenants.delete(namespace, name);
      case CREATE_ORGANIZATION, SUSPEND, RESUME, MOVE, DELETE_ORGANIZATION, LEAD ->
          throw new IllegalArgumentException(point + " is not of a key");
    }
  }

  @Override
  public void look() {
    keys =
        byName(tenants.client().resources(ApiKey.class).inNamespace(namespace).list().getItems());
    secrets = byName(tenants.client().secrets().inNamespace(namespace).list().getItems());
    stored = rows.versions(namespace);
  }

  private static <T extends HasMetadata> Map<String, T> byName(List<T> all) {
    return all.stream()
        .collect(Collectors.toMap(one -> one.getMetadata().getName(), Function.identity()));
  }

  @Override
  public void assertRecovered(Point point, int round) {
    String name = point.name(round);
    List<Version> all = stored.getOrDefault(name, List.of());
    List<String> usable = all.stream().filter(Version::usable).map(Version::keyId).toList();
    switch (point.operation()) {
      case ISSUE, REISSUE, ROTATE, CHANGE -> {
        assertThat(keys.get(name))
            .as(point.toString())
            .matches(key -> key != null && Tenants.holds(key, "Ready"), "is ready");
        assertThat(secrets).as(point.toString()).containsKey(name);
        Secret secret = Objects.requireNonNull(secrets.get(name));
        assertThat(usable).as(point.toString()).containsExactly(Tenants.entry(secret, "key-id"));
      }
      case REVOKE -> {
        assertThat(keys.get(name))
            .as(point.toString())
            .matches(key -> key != null && Tenants.isFinal(key), "its revocation is final");
        assertThat(secrets).as(point.toString()).doesNotContainKey(name);
        assertThat(usable).as(point.toString()).isEmpty();
      }
      case DELETE -> {
        assertThat(keys).as(point.toString()).doesNotContainKey(name);
        assertThat(secrets).as(point.toString()).doesNotContainKey(name);
        assertThat(usable).as(point.toString()).isEmpty();
      }
      case CREATE_ORGANIZATION, SUSPEND, RESUME, MOVE, DELETE_ORGANIZATION, LEAD ->
          throw new IllegalArgumentException(point + " is not of a key");
    }
    assertThat(all.size())
        .as("versions of " + point + ", one of them at most for the crash")
        .isLessThanOrEqualTo(expectedVersions(point.operation()) + 1);
  }

  private static int expectedVersions(Operation operation) {
    return operation == Operation.REISSUE || operation == Operation.ROTATE ? 2 : 1;
  }

  @Override
  public void finish(Point point, int round) {
    String name = point.name(round);
    if (point.operation() == Operation.ISSUE || point.operation() == Operation.REISSUE) {
      String key = tenants.plaintext(namespace, name);
      for (int gateway = 1; gateway <= FaultStack.GATEWAYS; gateway++) {
        assertThat(tenants.status(stack.address(gateway), key)).as(name).isEqualTo(200);
      }
    }
    tenants.delete(namespace, name);
  }
}
