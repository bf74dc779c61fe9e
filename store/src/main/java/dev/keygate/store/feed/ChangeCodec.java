package dev.keygate.store.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keygate.store.feed.Change.KeyPut;
import dev.keygate.store.feed.Change.KeyRemoved;
import dev.keygate.store.feed.Change.OrganizationPut;
import dev.keygate.store.feed.Change.OrganizationRemoved;
import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a change stands in the log: its kind and a JSON object. Members that are absent mean null;
 * unknown ones are ignored, so that an older gateway can follow a newer operator.
 */
public final class ChangeCodec {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ChangeCodec() {}

  public static String kind(Change change) {
    return switch (change) {
      case OrganizationPut put -> "OrganizationPut";
      case OrganizationRemoved removed -> "OrganizationRemoved";
      case KeyPut put -> "KeyPut";
      case KeyRemoved removed -> "KeyRemoved";
    };
  }

  public static ObjectNode payload(Change change) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (change) {
      case OrganizationPut(var organization) -> write(organization, node);
      case OrganizationRemoved(var id) -> node.put("id", id);
      case KeyPut(var key) -> write(key, node);
      case KeyRemoved(var uid) -> node.put("uid", uid);
    }
    return node;
  }

  /** Fails with IllegalStateException for an entry that this build cannot read. */
  static Change parse(String kind, String payload) {
    try {
      JsonNode node = JSON.readTree(payload);
      return switch (kind) {
        case "OrganizationPut" -> new OrganizationPut(organization(node));
        case "OrganizationRemoved" -> new OrganizationRemoved(text(node, "id"));
        case "KeyPut" -> new KeyPut(key(node));
        case "KeyRemoved" -> new KeyRemoved(text(node, "uid"));
        default -> throw new IllegalStateException("unknown kind of change in the log: " + kind);
      };
    } catch (JsonProcessingException e) {
      // Not as the cause: its message can show the payload.
      throw new IllegalStateException("a change of kind " + kind + " in the log is not JSON");
    }
  }

  private static void write(FeedOrganization organization, ObjectNode node) {
    node.put("id", organization.id());
    node.put("name", organization.name());
    if (organization.parentId() != null) {
      node.put("parentId", organization.parentId());
    }
    node.put("displayName", organization.displayName());
    if (organization.permissions() != null) {
      node.set("permissions", strings(organization.permissions()));
    }
    node.put("suspended", organization.suspended());
    node.put("createdAt", organization.createdAt().toString());
    node.put("updatedAt", organization.updatedAt().toString());
  }

  private static FeedOrganization organization(JsonNode node) {
    return new FeedOrganization(
        text(node, "id"),
        text(node, "name"),
        optionalText(node, "parentId"),
        text(node, "displayName"),
        node.hasNonNull("permissions") ? strings(node.get("permissions")) : null,
        node.path("suspended").asBoolean(),
        Instant.parse(text(node, "createdAt")),
        Instant.parse(text(node, "updatedAt")));
  }

  private static void write(FeedKey key, ObjectNode node) {
    node.put("uid", key.uid());
    node.put("organizationId", key.organizationId());
    node.put("environment", key.environment());
    node.set("permissions", strings(key.permissions()));
    if (key.expiresAt() != null) {
      node.put("expiresAt", key.expiresAt().toString());
    }
    ArrayNode versions = node.putArray("versions");
    for (FeedKey.Version version : key.versions()) {
      ObjectNode object =
          versions
              .addObject()
              .put("keyId", version.keyId())
              .put("hash", HexFormat.of().formatHex(version.hash().toBytes()));
      if (version.retiring()) {
        object.put("retiring", true);
      }
    }
  }

  private static FeedKey key(JsonNode node) {
    List<FeedKey.Version> versions = new ArrayList<>();
    for (JsonNode version : node.path("versions")) {
      versions.add(
          new FeedKey.Version(
              text(version, "keyId"),
              KeyHash.fromBytes(HexFormat.of().parseHex(text(version, "hash"))),
              version.path("retiring").asBoolean()));
    }
    String expiresAt = optionalText(node, "expiresAt");
    return new FeedKey(
        text(node, "uid"),
        text(node, "organizationId"),
        text(node, "environment"),
        strings(node.path("permissions")),
        expiresAt == null ? null : Instant.parse(expiresAt),
        versions);
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    values.forEach(array::add);
    return array;
  }

  private static List<String> strings(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asText()));
    return values;
  }

  private static String text(JsonNode node, String name) {
    String value = optionalText(node, name);
    if (value == null) {
      throw new IllegalStateException("a change in the log has no \"" + name + "\"");
    }
    return value;
  }

  private static @Nullable String optionalText(JsonNode node, String name) {
    return node.hasNonNull(name) ? node.get(name).asText() : null;
  }
}
