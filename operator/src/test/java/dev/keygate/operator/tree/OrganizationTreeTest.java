package dev.keygate.operator.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrganizationTreeTest {

  private final OrganizationTree tree = new OrganizationTree(List.of());

  @Test
  void chainLeadsToTheRootAndDescendantsDownFromIt() {
    put("root", null);
    put("acme", "root");
    put("acme-eu", "acme");

    assertThat(tree.chain("acme-eu"))
        .extracting(Node::id)
        .containsExactly("acme-eu", "acme", "root");
    assertThat(tree.descendants("root"))
        .extracting(Node::id)
        .containsExactlyInAnyOrder("acme", "acme-eu");
  }

  @Test
  void putMovesTheSubtreeWhenTheParentChanges() {
    put("root", null);
    put("other", null);
    put("acme", "root");
    put("acme-eu", "acme");

    put("acme", "other");

    assertThat(tree.chain("acme-eu"))
        .extracting(Node::id)
        .containsExactly("acme-eu", "acme", "other");
    assertThat(tree.children("root")).isEmpty();
  }

  @Test
  void removeForgetsNameAndPlace() {
    put("root", null);
    put("acme", "root");

    tree.remove("uid-acme");

    assertThat(tree.byName("acme-name")).isEmpty();
    assertThat(tree.children("root")).isEmpty();
  }

  @Test
  void chainEndsWhenAMixOfTwoMovesLooksLikeALoop() {
    put("a", "b");
    put("b", "a");

    assertThat(tree.chain("a")).hasSizeLessThan(5);
    assertThat(tree.descendants("a")).hasSizeLessThan(5);
  }

  private void put(String id, @Nullable String parent) {
    tree.put(new Node("uid-" + id, id, id + "-name", parent, id, null, false));
  }
}
