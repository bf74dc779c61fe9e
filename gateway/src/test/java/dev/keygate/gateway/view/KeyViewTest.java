package dev.keygate.gateway.view;

import static dev.keygate.gateway.view.ViewFixture.at;
import static dev.keygate.gateway.view.ViewFixture.key;
import static dev.keygate.gateway.view.ViewFixture.load;
import static dev.keygate.gateway.view.ViewFixture.loaded;
import static dev.keygate.gateway.view.ViewFixture.organization;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.feed.Change;
import dev.keygate.store.feed.Change.KeyPut;
import dev.keygate.store.feed.Change.KeyRemoved;
import dev.keygate.store.feed.Change.OrganizationPut;
import dev.keygate.store.feed.Change.OrganizationRemoved;
import dev.keygate.store.feed.FeedFollower;
import dev.keygate.store.feed.FeedKey;
import dev.keygate.store.feed.FeedOrganization;
import dev.keygate.store.key.KeyHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyViewTest {

  @Test
  void snapshotIsEmptyWhenNothingWasLoaded() {
    KeySnapshot snapshot = new KeyView(() -> {}).snapshot();

    assertThat(snapshot.loaded()).isFalse();
    assertThat(snapshot.find(KeyHash.of("any"))).isEmpty();
    assertThat(snapshot.keys()).isZero();
  }

  @Test
  void snapshotStaysWhenLoadIsNotCommitted() {
    KeyView view = loaded(1, List.of(organization("acme", null)), List.of(key("k", "acme")));

    FeedFollower.Loader dropped = view.load();
    dropped.key(key("other", "acme"));

    assertThat(view.snapshot().find(KeyHash.of("k"))).isPresent();
    assertThat(view.snapshot().find(KeyHash.of("other"))).isEmpty();
  }

  @Test
  void olderSnapshotIsUntouchedWhenChangesAreApplied() {
    KeyView view = loaded(1, List.of(organization("acme", null)), List.of(key("k", "acme")));
    KeySnapshot before = view.snapshot();

    view.apply(at(2), List.of(new KeyRemoved("k"), new OrganizationRemoved("acme")));

    assertThat(before.find(KeyHash.of("k"))).isPresent();
    assertThat(before.organizations().find("acme")).isPresent();
    assertThat(view.snapshot().find(KeyHash.of("k"))).isEmpty();
    assertThat(view.snapshot().organizations().size()).isZero();
    assertThat(view.snapshot().position()).isEqualTo(at(2));
  }

  @Test
  void burstIsOneSwap() {
    AtomicInteger swaps = new AtomicInteger();
    KeyView view = new KeyView(swaps::incrementAndGet);
    load(view, 1, List.of(organization("acme", null)), List.of());

    view.apply(
        at(1001),
        IntStream.range(0, 1000).<Change>mapToObj(i -> new KeyPut(key("k" + i, "acme"))).toList());

    assertThat(swaps).hasValue(2);
    assertThat(view.snapshot().keys()).isEqualTo(1000);
  }

  @Test
  void bothVersionsAreFoundUntilOneIsGone() {
    KeyView view = loaded(1, List.of(organization("acme", null)), List.of());
    FeedKey.Version first = new FeedKey.Version("first", KeyHash.of("first"));
    FeedKey.Version second = new FeedKey.Version("second", KeyHash.of("second"));

    view.apply(at(2), List.of(new KeyPut(with(List.of(first, second)))));
    assertThat(view.snapshot().find(first.hash())).isPresent();
    assertThat(view.snapshot().find(second.hash())).isPresent();

    view.apply(at(3), List.of(new KeyPut(with(List.of(second)))));
    assertThat(view.snapshot().find(first.hash())).isEmpty();
    assertThat(view.snapshot().find(second.hash())).isPresent();
    assertThat(view.snapshot().keys()).isEqualTo(1);
  }

  @Test
  void retiringVersionsAreMarkedAndCountedUntilTheyAreGone() {
    KeyView view = loaded(1, List.of(organization("acme", null)), List.of());
    FeedKey.Version old = new FeedKey.Version("first", KeyHash.of("first"), true);
    FeedKey.Version second = new FeedKey.Version("second", KeyHash.of("second"));

    view.apply(at(2), List.of(new KeyPut(with(List.of(old, second)))));

    KeySnapshot during = view.snapshot();
    KeyEntry entry = during.find(old.hash()).orElseThrow();
    assertThat(entry.retiring()).isTrue();
    assertThat(during.organizationOf(entry)).map(OrganizationNode::id).contains("acme");
    assertThat(during.find(second.hash()).orElseThrow().retiring()).isFalse();
    assertThat(during.retiring()).isEqualTo(1);

    view.apply(at(3), List.of(new KeyPut(with(List.of(second)))));
    assertThat(view.snapshot().retiring()).isZero();
  }

  @Test
  void keyFindsItsOrganizationWhenThatComesLater() {
    KeyView view = loaded(1, List.of(), List.of());

    view.apply(at(2), List.of(new KeyPut(key("k", "late"))));
    KeyEntry entry = view.snapshot().find(KeyHash.of("k")).orElseThrow();
    assertThat(view.snapshot().organizationOf(entry)).isEmpty();

    view.apply(at(3), List.of(new OrganizationPut(organization("late", null))));
    assertThat(view.snapshot().organizationOf(entry)).map(OrganizationNode::id).contains("late");
  }

  @Test
  void subtreeMovesAtomically() {
    KeyView view =
        loaded(
            1,
            List.of(
                organization("acme", null),
                organization("globex", null),
                organization("eu", "acme"),
                organization("berlin", "eu")),
            List.of());

    view.apply(at(2), List.of(new OrganizationPut(organization("eu", "globex"))));

    assertThat(contains(view, "globex", "berlin")).isTrue();
    assertThat(contains(view, "acme", "berlin")).isFalse();
    assertThat(contains(view, "acme", "eu")).isFalse();
  }

  @Test
  void organizationsBelowSuspendedOrMissingOnesAndOnCyclesAreInactive() {
    OrganizationTree tree =
        loaded(
                1,
                List.of(
                    organization("acme", null, null, true),
                    organization("eu", "acme"),
                    organization("orphan", "nowhere"),
                    organization("below", "orphan"),
                    organization("a", "b"),
                    organization("b", "a"),
                    organization("fine", null)),
                List.of())
            .snapshot()
            .organizations();

    assertThat(List.of("acme", "eu", "orphan", "below", "a", "b"))
        .allSatisfy(id -> assertThat(tree.find(id).orElseThrow().active()).as(id).isFalse());
    assertThat(tree.find("fine").orElseThrow().active()).isTrue();
    assertThat(tree.size()).isEqualTo(7);
  }

  @Test
  void ceilingIsTheIntersectionOfAllAbove() {
    OrganizationTree tree =
        loaded(
                1,
                List.of(
                    organization("root", null, List.of("a:*", "b:read"), false),
                    organization("same", "root"),
                    organization("less", "same", List.of("a:read", "b:*", "c:read"), false)),
                List.of())
            .snapshot()
            .organizations();

    assertThat(tree.find("same").orElseThrow().ceiling().text()).isEqualTo("a:*,b:read");
    assertThat(tree.find("less").orElseThrow().ceiling().text()).isEqualTo("a:read,b:read");
  }

  @Test
  void deepTreeIsWalkedWithoutRecursion() {
    List<FeedOrganization> chain = new ArrayList<>();
    chain.add(organization("0", null));
    for (int i = 1; i < 50_000; i++) {
      chain.add(organization(Integer.toString(i), Integer.toString(i - 1)));
    }

    KeyView view = loaded(1, chain, List.of());

    assertThat(contains(view, "0", "49999")).isTrue();
    assertThat(contains(view, "49999", "0")).isFalse();
  }

  /** What was applied one by one equals what a full view of the same state holds. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void appliedChangesEqualFullView(long seed) {
    Random random = new Random(seed);
    KeyView applied = loaded(0, List.of(), List.of());
    Map<String, FeedOrganization> organizations = new TreeMap<>();
    Map<String, FeedKey> keys = new TreeMap<>();

    for (int seq = 1; seq <= 300; seq++) {
      List<Change> burst = new ArrayList<>();
      for (int i = random.nextInt(1, 20); i > 0; i--) {
        burst.add(change(random, organizations, keys));
      }
      applied.apply(at(seq), burst);
    }
    KeyView full = loaded(300, organizations.values(), keys.values());

    assertThat(applied.snapshot().position()).isEqualTo(full.snapshot().position());
    assertThat(applied.snapshot().keys()).isEqualTo(full.snapshot().keys()).isPositive();
    assertThat(describe(applied.snapshot())).isEqualTo(describe(full.snapshot()));
  }

  private static Change change(
      Random random, Map<String, FeedOrganization> organizations, Map<String, FeedKey> keys) {
    String organization = "org" + random.nextInt(30);
    String key = "key" + random.nextInt(400);
    return switch (random.nextInt(10)) {
      case 0 -> {
        organizations.remove(organization);
        yield new OrganizationRemoved(organization);
      }
      case 1, 2 -> {
        int parent = random.nextInt(30);
        FeedOrganization put =
            organization(
                organization,
                parent == 0 ? null : "org" + parent,
                random.nextBoolean() ? null : List.of("a:*", "b:read"),
                random.nextInt(8) == 0);
        organizations.put(organization, put);
        yield new OrganizationPut(put);
      }
      case 3, 4, 5 -> {
        keys.remove(key);
        yield new KeyRemoved(key);
      }
      default -> {
        FeedKey put = key(key, organization, "a:read", "b:" + random.nextInt(3));
        keys.put(key, put);
        yield new KeyPut(put);
      }
    };
  }

  /** Everything a decision could rest on, by key and by organization. */
  private static Map<String, String> describe(KeySnapshot snapshot) {
    Map<String, String> described = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      String uid = "key" + i;
      snapshot
          .find(KeyHash.of(uid))
          .ifPresent(
              entry ->
                  described.put(
                      uid,
                      entry.keyId()
                          + entry.permissions()
                          + snapshot
                              .organizationOf(entry)
                              .map(it -> it.active() ? it.id() + it.ceiling() : "inactive")));
    }
    for (int i = 0; i < 30; i++) {
      String id = "org" + i;
      snapshot
          .organizations()
          .find(id)
          .ifPresent(
              node ->
                  described.put(
                      id,
                      node.active() ? "" + node.ceiling() + below(snapshot, node) : "inactive"));
    }
    return described;
  }

  private static List<String> below(KeySnapshot snapshot, OrganizationNode node) {
    return snapshot.organizations().subtree(node).stream()
        .map(OrganizationNode::id)
        .sorted()
        .toList();
  }

  private static boolean contains(KeyView view, String above, String below) {
    OrganizationTree tree = view.snapshot().organizations();
    return tree.find(above).orElseThrow().contains(tree.find(below).orElseThrow());
  }

  private static FeedKey with(List<FeedKey.Version> versions) {
    return new FeedKey("uid", "acme", "live", List.of(), null, versions);
  }
}
