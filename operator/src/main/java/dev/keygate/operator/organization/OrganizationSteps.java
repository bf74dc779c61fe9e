package dev.keygate.operator.organization;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.finality.Awaited;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.tree.ClusterView;
import dev.keygate.operator.tree.Node;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.Committed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the state of an Organization, and carries out the steps of its plan. */
final class OrganizationSteps {

  private static final Logger LOGGER = LoggerFactory.getLogger(OrganizationSteps.class);

  /** How long one reconcile waits for replicas before the status says so. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final TermParts parts;
  private final StoreGate store;
  private final StoreReader reader;
  private final Finality finality;
  private final OrganizationTree tree;
  private final Caches caches;
  private final Clock clock;
  private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();

  /** After PostgreSQL lost changes: what became final again in this term. */
  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

  /** When the last suspension or move was seen. */
  private final Map<String, Instant> requested = new ConcurrentHashMap<>();

  /** Looked at in this term: from then on it knows itself what was asked for. */
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** Written without its suspension; the tree keeps that until every replica knows. */
  private final Map<String, Node> lifting = new ConcurrentHashMap<>();

  OrganizationSteps(TermParts parts) {
    this.parts = parts;
    this.store = parts.store();
    this.reader = parts.reader();
    this.finality = parts.finality();
    this.tree = parts.tree();
    this.caches = parts.caches();
    this.clock = parts.clock();
  }

  OrganizationState observe(Organization resource) {
    OrganizationWish wish = OrganizationWish.of(resource);
    if (isDone(awaited.get(wish.uid()))) {
      finishLifting(wish);
    }
    Parent parent = parent(wish);
    // Not put again while the end of a suspension is on its way.
    OrganizationResult answer =
        wish.node(parent.id()).equals(lifting.get(wish.uid()))
            ? new OrganizationResult.Written()
            : null;
    OrganizationState state = state(wish, parent, answer, new Acknowledgement.Unknown());
    if (seen.add(wish.uid()) && OrganizationStatuses.isUntold(state, resource.getStatus())) {
      requested.putIfAbsent(wish.uid(), clock.instant());
    }
    return state.with(acknowledgement(state, resource));
  }

  OrganizationState carryOut(OrganizationPlan plan, OrganizationState state, Turn turn)
      throws InterruptedException {
    return switch (plan) {
      case OrganizationPlan.Put(var command) -> put(state, command);
      case OrganizationPlan.AwaitReplicas _ -> await(state, turn);
      case OrganizationPlan.Settle _ -> state;
    };
  }

  OrganizationResult remove(OrganizationWish wish) {
    OrganizationResult result =
        parts.write(new Command.RemoveOrganization(wish.uid()), wish.name()).result();
    if (result instanceof OrganizationResult.Written) {
      List<Node> chain = tree.chain(wish.id());
      tree.remove(wish.uid());
      awaited.remove(wish.uid());
      confirmed.remove(wish.uid());
      requested.remove(wish.uid());
      seen.remove(wish.uid());
      lifting.remove(wish.uid());
      chain.stream().skip(1).limit(1).forEach(parent -> caches.wakeOrganization(parent.name()));
      log(wish, "organization removed");
    }
    return result;
  }

  long children(OrganizationState state) {
    return state.inForce() == null ? 0 : tree.children(state.inForce().id()).size();
  }

  @Nullable Instant requestedAt(String uid) {
    return requested.get(uid);
  }

  /** Whether what its status calls final is not known to be so, since PostgreSQL lost changes. */
  boolean mustConfirm(String uid) {
    return finality.startedAnew() && !confirmed.contains(uid);
  }

  /** Its status says so. */
  void confirmed(String uid) {
    confirmed.add(uid);
  }

  void settled(String uid) {
    awaited.remove(uid);
  }

  Optional<Awaited> awaited(String uid) {
    return Optional.ofNullable(awaited.get(uid));
  }

  /** Whether another resource of this name is in force: the one before it, gone unnoticed. */
  boolean isMadeAgain(OrganizationWish wish) {
    return tree.byName(wish.name()).filter(node -> !node.uid().equals(wish.uid())).isPresent();
  }

  /** Everything at or below, whose path, suspension, ceiling or grant may have changed. */
  void wakeSubtree(OrganizationWish wish) {
    caches.wakeKeysOf(wish.name());
    tree.descendants(wish.id())
        .forEach(
            below -> {
              caches.wakeOrganization(below.name());
              caches.wakeKeysOf(below.name());
            });
    caches
        .organizationsBy(Caches.BY_PARENT, wish.name())
        .forEach(child -> caches.wakeOrganization(child.getMetadata().getName()));
  }

  private OrganizationState put(OrganizationState state, Command.PutOrganization command) {
    OrganizationWish wish = state.wish();
    Instant begin = clock.instant();
    awaited.remove(wish.uid());
    lifting.remove(wish.uid());
    Committed<OrganizationResult> committed = parts.write(command, wish.name());
    if (committed.result() instanceof OrganizationResult.Written) {
      awaited.put(wish.uid(), finality.watch(committed.position(), committed.knownAtNanos()));
      Node before = state.inForce();
      Node written = wish.node(command.parentId());
      if (takesAway(before, written)) {
        requested.put(wish.uid(), begin);
      }
      if (before != null && before.suspended() && !written.suspended()) {
        lifting.put(wish.uid(), written);
      }
      // A suspension counts from its commit; its end only once every replica knows of it, since
      // Ready must not promise more than the slowest one keeps.
      tree.put(
          written.withSuspended(written.suspended() || (before != null && before.suspended())));
      log(wish, "organization written");
      wakeSubtree(wish);
      Stream.of(before == null ? null : before.parentId(), command.parentId())
          .filter(Objects::nonNull)
          .distinct()
          .flatMap(id -> tree.byId(id).stream())
          .forEach(parent -> caches.wakeOrganization(parent.name()));
    }
    return state(wish, state.parent(), committed.result(), new Acknowledgement.Unknown());
  }

  /** A suspension, or a move: somebody may do less than before. */
  private static boolean takesAway(@Nullable Node before, Node after) {
    return before == null
        ? after.suspended()
        : (after.suspended() && !before.suspended())
            || !Objects.equals(before.parentId(), after.parentId());
  }

  private OrganizationState await(OrganizationState state, Turn turn) throws InterruptedException {
    OrganizationWish wish = state.wish();
    Awaited change = awaited.computeIfAbsent(wish.uid(), _ -> watchHead());
    Acknowledgement latest = turn.aside(() -> change.await(PATIENCE));
    if (latest instanceof Acknowledgement.Done) {
      finishLifting(wish);
    }
    return state(wish, state.parent(), state.answer(), latest);
  }

  private static boolean isDone(@Nullable Awaited change) {
    return change != null && change.latest() instanceof Acknowledgement.Done;
  }

  /** Every replica knows that the suspension is over, whoever waited for that. */
  private void finishLifting(OrganizationWish wish) {
    Node written = lifting.remove(wish.uid());
    if (written != null) {
      tree.put(written);
      wakeSubtree(wish);
    }
  }

  /** Nobody here knows which change was the last: whoever has the head has that one too. */
  private Awaited watchHead() {
    FeedPosition head = store.get(reader.head());
    return finality.watch(head, System.nanoTime());
  }

  private Acknowledgement acknowledgement(OrganizationState state, Organization resource) {
    Awaited change = awaited.get(state.wish().uid());
    if (change != null) {
      return change.latest() instanceof Acknowledgement.Done done
          ? done
          : new Acknowledgement.Unknown();
    }
    boolean told =
        !mustConfirm(state.wish().uid())
            && resource.getStatus() != null
            && Conditions.isTrue(
                resource.getStatus().getConditions(),
                ConditionType.Programmed,
                state.wish().generation());
    return told ? new Acknowledgement.Settled() : new Acknowledgement.Unknown();
  }

  /**
   * A parent in force is good enough to ask the store, which alone can tell a cycle. Only among
   * organizations that are not in force yet is a cycle looked for in the specs: each of them would
   * wait for the other.
   */
  private Parent parent(OrganizationWish wish) {
    String name = wish.parent();
    if (name == null) {
      return new Parent.None();
    }
    Optional<Node> inForce = tree.byName(name);
    if (inForce.isPresent()) {
      return new Parent.InForce(inForce.get().id());
    }
    ClusterView cluster = caches.cached();
    List<String> path = new ArrayList<>(List.of(wish.name()));
    String next = name;
    while (next != null && !path.contains(next)) {
      path.add(next);
      next = cluster.organization(next).flatMap(Caches::parentOf).orElse(null);
    }
    if (wish.name().equals(next)) {
      path.add(next);
      return new Parent.Cycle(path);
    }
    return cluster.organization(name).isPresent()
        ? new Parent.NotInForce(name)
        : new Parent.Missing(name);
  }

  private OrganizationState state(
      OrganizationWish wish,
      Parent parent,
      @Nullable OrganizationResult answer,
      Acknowledgement acknowledgement) {
    Node inForce =
        tree.byName(wish.name()).filter(node -> node.uid().equals(wish.uid())).orElse(null);
    return new OrganizationState(
        wish,
        parent,
        inForce,
        inForce == null ? List.of() : tree.chain(inForce.id()),
        dependentOrganizations(wish, inForce),
        caches.keysBy(Caches.BY_ORGANIZATION, wish.name()).stream()
            .map(OrganizationSteps::fullName)
            .toList(),
        answer,
        acknowledgement);
  }

  private List<String> dependentOrganizations(OrganizationWish wish, @Nullable Node inForce) {
    return Stream.concat(
            inForce == null ? Stream.of() : tree.children(inForce.id()).stream().map(Node::name),
            caches.organizationsBy(Caches.BY_PARENT, wish.name()).stream()
                .map(child -> child.getMetadata().getName()))
        .distinct()
        .toList();
  }

  private static String fullName(ApiKey key) {
    return key.getMetadata().getNamespace() + "/" + key.getMetadata().getName();
  }

  private static void log(OrganizationWish wish, String message) {
    LOGGER
        .atInfo()
        .addKeyValue("name", wish.name())
        .addKeyValue("organization", wish.id())
        .addKeyValue("generation", wish.generation())
        .log(message);
  }
}
