package dev.keygate.store.write;

import dev.keygate.store.feed.Change;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.Command.OrganizationResult.Cycle;
import dev.keygate.store.write.Command.OrganizationResult.DuplicateId;
import dev.keygate.store.write.Command.OrganizationResult.HasDependents;
import dev.keygate.store.write.Command.OrganizationResult.ParentMissing;
import dev.keygate.store.write.Command.OrganizationResult.Written;
import dev.keygate.store.write.Command.PutOrganization;
import dev.keygate.store.write.Command.RemoveOrganization;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Decides on commands about organizations. In-memory only. */
final class OrganizationRules {

  private OrganizationRules() {}

  static OrganizationResult put(WorkingSet set, PutOrganization command) {
    Optional<OrganizationRow> sameId = set.organizationById(command.id());
    if (sameId.isPresent() && !sameId.get().name().equals(command.name())) {
      return new DuplicateId(sameId.get().name());
    }
    Optional<OrganizationRow> old =
        set.organizationByName(command.name()).or(() -> set.organizationByUid(command.uid()));
    if (old.isPresent() && isSame(old.get(), command)) {
      return new Written();
    }
    if (old.isPresent() && !old.get().id().equals(command.id())) {
      long children = set.children(old.get().id());
      long keys = set.keys(old.get().id());
      if (children > 0 || keys > 0) {
        return new HasDependents(children, keys);
      }
    }
    if (command.parentId() != null) {
      List<String> path = pathUp(set, command.id(), command.parentId());
      if (path.size() > 1 && path.getLast().equals(command.id())) {
        return new Cycle(path);
      }
      if (set.organizationById(command.parentId()).isEmpty()) {
        return new ParentMissing();
      }
    }
    write(set, command, old);
    return new Written();
  }

  static OrganizationResult remove(WorkingSet set, RemoveOrganization command) {
    Optional<OrganizationRow> found = set.organizationByUid(command.uid());
    if (found.isEmpty()) {
      return new Written();
    }
    OrganizationRow row = found.get();
    long children = set.children(row.id());
    long keys = set.keys(row.id());
    if (children > 0 || keys > 0) {
      return new HasDependents(children, keys);
    }
    set.remove(row);
    set.log(new Change.OrganizationRemoved(row.id()));
    set.audit(AuditRow.of("OrganizationRemoved", row));
    return new Written();
  }

  private static void write(
      WorkingSet set, PutOrganization command, Optional<OrganizationRow> old) {
    boolean sameId = old.isPresent() && old.get().id().equals(command.id());
    OrganizationRow row =
        new OrganizationRow(
            command.uid(),
            command.id(),
            command.name(),
            command.parentId(),
            command.displayName(),
            command.permissions(),
            command.suspended(),
            set.seq(),
            sameId ? old.get().createdAt() : set.now(),
            set.now());
    old.ifPresent(set::remove);
    if (old.isPresent() && !sameId) {
      set.log(new Change.OrganizationRemoved(old.get().id()));
    }
    set.put(row);
    set.log(new Change.OrganizationPut(row.toFeed()));
    set.audit(AuditRow.of("OrganizationPut", row));
  }

  /** From the organization up to a root, to itself, or to where the tree was not loaded. */
  private static List<String> pathUp(WorkingSet set, String id, String parentId) {
    List<String> path = new ArrayList<>(List.of(id, parentId));
    Optional<OrganizationRow> next = set.organizationById(parentId);
    while (next.isPresent() && next.get().parentId() != null) {
      String above = Objects.requireNonNull(next.get().parentId());
      boolean seen = path.contains(above);
      path.add(above);
      if (seen) {
        break;
      }
      next = set.organizationById(above);
    }
    return path;
  }

  private static boolean isSame(OrganizationRow row, PutOrganization command) {
    return row.uid().equals(command.uid())
        && row.id().equals(command.id())
        && row.name().equals(command.name())
        && Objects.equals(row.parentId(), command.parentId())
        && row.displayName().equals(command.displayName())
        && Objects.equals(row.permissions(), command.permissions())
        && row.suspended() == command.suspended();
  }
}
