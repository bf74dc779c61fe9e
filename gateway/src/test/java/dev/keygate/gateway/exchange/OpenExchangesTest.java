package dev.keygate.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenExchangesTest {

  private final OpenExchanges exchanges = new OpenExchanges();
  private final List<String> looked = new ArrayList<>();

  @Test
  void lookAgainReachesEachOpenExchangeOnce() {
    exchanges.register("key_a", () -> looked.add("first"));
    OpenExchanges.Handle second = exchanges.register("key_a", () -> looked.add("second"));
    exchanges.register("key_b", () -> looked.add("third"));
    second.close();

    exchanges.lookAgain();

    assertThat(looked).containsExactlyInAnyOrder("first", "third");
  }

  @Test
  void openKeyIdsNamesAKeyUntilItsLastExchangeIsClosed() {
    OpenExchanges.Handle first = exchanges.register("key_a", () -> {});
    OpenExchanges.Handle second = exchanges.register("key_a", () -> {});
    exchanges.register("key_b", () -> {});

    first.close();
    first.close();
    assertThat(exchanges.openKeyIds()).containsExactlyInAnyOrder("key_a", "key_b");

    second.close();
    assertThat(exchanges.openKeyIds()).containsExactly("key_b");
    assertThat(exchanges.size()).isEqualTo(1);
  }
}
