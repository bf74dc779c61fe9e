package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeySpec;
import dev.keygate.store.write.Command.KeySpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an ApiKey resource asks for, with every default in place.
 *
 * @param expiresAt refused from this instant on; null: never
 * @param deleted whether the resource is being deleted
 * @param problems why the spec can't be carried out, one sentence each; empty when it can
 */
record ApiKeyWish(
    String uid,
    String namespace,
    String name,
    long generation,
    String organization,
    String environment,
    List<String> permissions,
    String secretName,
    @Nullable Instant expiresAt,
    boolean revoked,
    boolean deleted,
    RotationWish rotation,
    List<String> problems) {

  private static final String DEFAULT_ENVIRONMENT = "live";

  ApiKeyWish {
    permissions = List.copyOf(permissions);
    problems = List.copyOf(problems);
  }

  static ApiKeyWish of(ApiKey resource) {
    ApiKeySpec spec = Objects.requireNonNullElseGet(resource.getSpec(), ApiKeySpec::new);
    List<String> problems = new ArrayList<>();
    var organization = spec.getOrganizationRef();
    String organizationName = organization == null ? null : organization.getName();
    if (organizationName == null) {
      problems.add("spec.organizationRef.name is required");
    }
    String name = resource.getMetadata().getName();
    return new ApiKeyWish(
        resource.getMetadata().getUid(),
        resource.getMetadata().getNamespace(),
        name,
        Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L),
        Objects.requireNonNullElse(organizationName, ""),
        Objects.requireNonNullElse(spec.getEnvironment(), DEFAULT_ENVIRONMENT),
        Objects.requireNonNullElse(spec.getPermissions(), List.of()),
        Objects.requireNonNullElse(spec.getSecretName(), name),
        expiry(spec.getExpiresAt(), problems),
        Boolean.TRUE.equals(spec.getRevoked()),
        resource.isMarkedForDeletion(),
        RotationWish.of(spec.getRotation(), problems),
        problems);
  }

  ApiKeyWish withProblem(String problem) {
    List<String> all = new ArrayList<>(problems);
    all.add(problem);
    return new ApiKeyWish(
        uid,
        namespace,
        name,
        generation,
        organization,
        environment,
        permissions,
        secretName,
        expiresAt,
        revoked,
        deleted,
        rotation,
        all);
  }

  /** Whether all its keys are to end. */
  boolean withdrawn() {
    return revoked() || deleted;
  }

  boolean expired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  KeySpec keySpec(String organizationId) {
    return new KeySpec(uid, namespace, name, organizationId, environment, permissions, expiresAt);
  }

  private static @Nullable Instant expiry(@Nullable String text, List<String> problems) {
    if (text == null) {
      return null;
    }
    try {
      return Rfc3339.parse(text);
    } catch (DateTimeException e) {
      problems.add("spec.expiresAt (" + text + ") is not an RFC 3339 time");
      return null;
    }
  }
}
