package dev.keygate.operator.tree;

import dev.keygate.store.read.OrganizationRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All organizations as the store has them. Read from the store when a term begins and changed after
 * each commit; exact because the leader is the only writer, and a write of a deposed one touches
 * nothing. Safe from any thread.
 */
public final class OrganizationTree {

  private final Map<String, Node> byId = new HashMap<>();
  private final Map<String, String> idByName = new HashMap<>();
  private final Map<String, Set<String>> children = new HashMap<>();

  public OrganizationTree(Collection<OrganizationRecord> records) {
    records.forEach(record -> put(Node.of(record)));
  }

  public synchronized void put(Node node) {
    Node old = byId.put(node.id(), node);
    if (old != null) {
      unlink(old);
    }
    String formerId = idByName.put(node.name(), node.id());
    if (formerId != null && !formerId.equals(node.id())) {
      // The same resource name with another id: the old resource is gone, and the store took over.
      Node former = byId.remove(formerId);
      if (former != null) {
        unlink(former);
      }
    }
    if (node.parentId() != null) {
      children.computeIfAbsent(node.parentId(), _ -> new HashSet<>()).add(node.id());
    }
  }

  public synchronized void remove(String uid) {
    byId.values().stream()
        .filter(node -> node.uid().equals(uid))
        .findFirst()
        .ifPresent(
            node -> {
              byId.remove(node.id());
              idByName.remove(node.name(), node.id());
              unlink(node);
            });
  }

  public synchronized Optional<Node> byName(String name) {
    return Optional.ofNullable(idByName.get(name)).map(byId::get);
  }

  public synchronized Optional<Node> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  public synchronized Collection<Node> all() {
    return List.copyOf(byId.values());
  }

  /** The organization and everything above it, root last. */
  public synchronized List<Node> chain(String id) {
    List<Node> chain = new ArrayList<>();
    Node node = byId.get(id);
    while (node != null && chain.size() <= byId.size()) {
      chain.add(node);
      String parent = node.parentId();
      node = parent == null ? null : byId.get(parent);
    }
    return chain;
  }

  public synchronized List<Node> children(String id) {
    return children.getOrDefault(id, Set.of()).stream()
        .map(byId::get)
        .filter(java.util.Objects::nonNull)
        .toList();
  }

  /** Everything below the organization, without itself. */
  public synchronized List<Node> descendants(String id) {
    List<Node> found = new ArrayList<>();
    ArrayDeque<Node> queue = new ArrayDeque<>(children(id));
    while (!queue.isEmpty() && found.size() <= byId.size()) {
      Node node = queue.remove();
      found.add(node);
      queue.addAll(children(node.id()));
    }
    return found;
  }

  private void unlink(Node node) {
    if (node.parentId() != null) {
      Set<String> siblings = children.get(node.parentId());
      if (siblings != null) {
        siblings.remove(node.id());
      }
    }
  }
}
