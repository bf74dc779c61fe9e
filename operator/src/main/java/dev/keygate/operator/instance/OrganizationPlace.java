package dev.keygate.operator.instance;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.organization.OrganizationWish;
import dev.keygate.store.read.OrganizationRecord;
import dev.keygate.store.write.Command.PutOrganization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an organization belongs that a PostgreSQL has which lost changes.
 *
 * @param row as that PostgreSQL has it
 * @param wanted what was in force, as far as that can be told: the spec, or what the status says
 *     when this very spec had been refused
 * @param accepted what the status says was in force; for when the other can't be put
 * @param suspended as the row, and suspended: when nothing else can be put, nothing is served
 */
record OrganizationPlace(
    OrganizationRecord row,
    PutOrganization wanted,
    PutOrganization accepted,
    PutOrganization suspended) {

  /**
   * The places of all rows. For a row speaks the resource of its name and id, also one that was
   * made again since, which puts it under the new UID. A row without any is suspended: who deleted
   * it wanted nothing below it to be accepted.
   */
  static List<OrganizationPlace> all(List<Organization> live, List<OrganizationRecord> rows) {
    Map<String, Organization> byName = new HashMap<>();
    Map<String, String> idByName = new HashMap<>();
    for (Organization organization : live) {
      OrganizationWish wish = OrganizationWish.of(organization);
      byName.put(wish.name(), organization);
      idByName.put(wish.name(), wish.id());
    }
    List<OrganizationPlace> places = new ArrayList<>();
    for (OrganizationRecord row : rows) {
      Organization speaker = byName.get(row.name());
      places.add(
          speaker != null && row.id().equals(idByName.get(row.name()))
              ? of(speaker, row, idByName)
              : withoutResource(row));
    }
    return places;
  }

  private static OrganizationPlace withoutResource(OrganizationRecord row) {
    PutOrganization suspended = put(row.uid(), row, row.parentId(), row.permissions(), true);
    return new OrganizationPlace(row, suspended, suspended, suspended);
  }

  /**
   * @param idByName ids of all organizations by the names of their resources
   */
  private static OrganizationPlace of(
      Organization live, OrganizationRecord row, Map<String, String> idByName) {
    PutOrganization suspended =
        put(live.getMetadata().getUid(), row, row.parentId(), row.permissions(), true);
    PutOrganization accepted =
        Optional.ofNullable(live.getStatus())
            .flatMap(status -> accepted(live.getMetadata().getUid(), status, row))
            .orElse(suspended);
    return new OrganizationPlace(
        row, isRefused(live) ? accepted : spec(live, row, idByName), accepted, suspended);
  }

  static boolean isAt(OrganizationRecord row, PutOrganization command) {
    return command.uid().equals(row.uid())
        && Objects.equals(command.parentId(), row.parentId())
        && command.suspended() == row.suspended()
        && Objects.equals(command.permissions(), row.permissions());
  }

  private static boolean isRefused(Organization live) {
    return live.getStatus() != null
        && Conditions.find(live.getStatus().getConditions(), ConditionType.Accepted)
            .filter(c -> Verdict.Status.False.name().equals(c.getStatus()))
            .filter(
                c -> Objects.equals(c.getObservedGeneration(), live.getMetadata().getGeneration()))
            .isPresent();
  }

  private static PutOrganization spec(
      Organization live, OrganizationRecord row, Map<String, String> idByName) {
    OrganizationWish wish = OrganizationWish.of(live);
    String parent = wish.parent();
    return put(
        wish.uid(),
        row,
        parent == null ? null : idByName.getOrDefault(parent, parent),
        wish.permissions(),
        wish.suspended());
  }

  /** Empty when the status tells of no place. */
  private static Optional<PutOrganization> accepted(
      String uid, OrganizationStatus status, OrganizationRecord row) {
    List<String> path = status.getPath();
    if (path == null || path.isEmpty() || !row.id().equals(path.getLast())) {
      return Optional.empty();
    }
    return Optional.of(
        put(
            uid,
            row,
            path.size() == 1 ? null : path.get(path.size() - 2),
            status.getPermissions(),
            Boolean.TRUE.equals(status.getSuspended())));
  }

  private static PutOrganization put(
      String uid,
      OrganizationRecord row,
      @Nullable String parent,
      @Nullable List<String> permissions,
      boolean suspended) {
    return new PutOrganization(
        uid, row.id(), row.name(), parent, row.displayName(), permissions, suspended);
  }
}
