package dev.keygate.gateway.endpoint;

import dev.keygate.gateway.view.OrganizationNode;
import dev.keygate.store.feed.FeedOrganization;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes organizations as clients see them. What lies above the first one is not the key's to know,
 * so the first one has no parent here.
 */
final class OrganizationJson {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
          .build();

  private OrganizationJson() {}

  /**
   * @param subtree in pre-order
   */
  static byte[] list(List<OrganizationNode> subtree) {
    Map<String, String> names = new HashMap<>();
    return document(
        json -> {
          json.writeStartArray();
          for (OrganizationNode node : subtree) {
            FeedOrganization organization = node.organization();
            names.put(organization.id(), organization.displayName());
            json.writeStartObject();
            json.writeStringProperty("id", organization.id());
            json.writeStringProperty("display_name", organization.displayName());
            writeNullable(json, "parent_org_name", parentName(organization, names));
            json.writeStringProperty("status", status(node));
            json.writeStringProperty("created_at", organization.createdAt().toString());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /**
   * @param subtree in pre-order, at least one
   */
  static byte[] hierarchy(List<OrganizationNode> subtree) {
    ArrayDeque<OrganizationNode> open = new ArrayDeque<>();
    return document(
        json -> {
          for (OrganizationNode node : subtree) {
            while (!open.isEmpty() && !open.getLast().contains(node)) {
              end(json);
              open.removeLast();
            }
            begin(json, node, open.isEmpty() ? null : node.organization().parentId());
            open.addLast(node);
          }
          open.forEach(node -> end(json));
        });
  }

  private static void begin(JsonGenerator json, OrganizationNode node, @Nullable String parentId) {
    FeedOrganization organization = node.organization();
    json.writeStartObject();
    json.writeStringProperty("id", organization.id());
    json.writeStringProperty("name", organization.displayName());
    writeNullable(json, "parentId", parentId);
    json.writeStringProperty("status", status(node));
    json.writeStringProperty("createdAt", organization.createdAt().toString());
    json.writeStringProperty("updatedAt", organization.updatedAt().toString());
    json.writeArrayPropertyStart("childOrganizations");
  }

  private static void end(JsonGenerator json) {
    json.writeEndArray();
    json.writeEndObject();
  }

  private static @Nullable String parentName(
      FeedOrganization organization, Map<String, String> names) {
    String parent = organization.parentId();
    return parent == null ? null : names.get(parent);
  }

  private static void writeNullable(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  private static String status(OrganizationNode node) {
    return node.active() ? "active" : "suspended";
  }

  private static byte[] document(Consumer<JsonGenerator> data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeBooleanProperty("success", true);
      json.writeName("data");
      data.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
