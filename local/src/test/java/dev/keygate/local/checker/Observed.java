package dev.keygate.local.checker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A resource as it was seen last. */
record Observed(Map<String, @Nullable Object> object) {

  String namespace() {
    return text("metadata.namespace");
  }

  String name() {
    return text("metadata.name");
  }

  /** {@code namespace/name}, or the name of what has no namespace. */
  String fullName() {
    return namespace().isEmpty() ? name() : namespace() + "/" + name();
  }

  String uid() {
    return text("metadata.uid");
  }

  String version() {
    return text("metadata.resourceVersion");
  }

  long generation() {
    return number("metadata.generation");
  }

  long observedGeneration() {
    return number("status.observedGeneration");
  }

  boolean settled() {
    return generation() == observedGeneration();
  }

  boolean deleting() {
    return !text("metadata.deletionTimestamp").isEmpty();
  }

  boolean is(String path) {
    return text(path).equals("true");
  }

  /** "True Ready", "False Revoked", ...; "" without that condition. */
  String condition(String type) {
    return find(type)
        .map(condition -> Json.text(condition, "status") + " " + Json.text(condition, "reason"))
        .orElse("");
  }

  /** Whether it is True, and told of the present generation. */
  boolean tells(String type) {
    return condition(type).startsWith("True")
        && find(type)
            .map(c -> Json.text(c, "observedGeneration"))
            .orElse("")
            .equals(text("metadata.generation"));
  }

  boolean expired(Instant by) {
    String at = text("spec.expiresAt");
    return !at.isEmpty() && !Instant.parse(at).isAfter(by);
  }

  List<@Nullable Object> list(String path) {
    return Json.list(object, path);
  }

  String text(String path) {
    return Json.text(object, path);
  }

  private long number(String path) {
    String text = text(path);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private Optional<Object> find(String type) {
    for (Object condition : list("status.conditions")) {
      if (Json.text(condition, "type").equals(type)) {
        return Optional.ofNullable(condition);
      }
    }
    return Optional.empty();
  }
}
