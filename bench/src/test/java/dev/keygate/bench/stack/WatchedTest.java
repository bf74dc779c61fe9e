package dev.keygate.bench.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Watcher.Action;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WatchedTest {

  private final Watched<Secret> watched = new Watched<>();

  @Test
  void whenCompletesOnceTheStateIsReached() {
    CompletableFuture<Watched.Seen<Secret>> used = watched.when("a", WatchedTest::isUsed);

    watched.eventReceived(Action.ADDED, secret("b", "used"));
    watched.eventReceived(Action.ADDED, secret("a", "new"));
    assertThat(used).isNotDone();
    watched.eventReceived(Action.MODIFIED, secret("a", "used"));
    assertThat(used).isCompleted();
  }

  @Test
  void whenKeepsTheMomentOfTheChangeWhenTheStateWasReachedBefore() throws Exception {
    CompletableFuture<Watched.Seen<Secret>> before = watched.when("a", WatchedTest::isUsed);
    watched.eventReceived(Action.ADDED, secret("a", "used"));

    assertThat(watched.when("a", WatchedTest::isUsed).get()).isEqualTo(before.get());
  }

  @Test
  void whenCompletesWhenTheResourceIsGone() {
    watched.eventReceived(Action.ADDED, secret("a", "used"));
    CompletableFuture<Watched.Seen<Secret>> gone = watched.when("a", Optional::isEmpty);

    assertThat(gone).isNotDone();
    watched.eventReceived(Action.DELETED, secret("a", "used"));
    assertThat(gone).isCompleted();
  }

  private static boolean isUsed(Optional<Secret> secret) {
    return secret.filter(it -> it.getType().equals("used")).isPresent();
  }

  private static Secret secret(String name, String type) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withType(type)
        .build();
  }
}
