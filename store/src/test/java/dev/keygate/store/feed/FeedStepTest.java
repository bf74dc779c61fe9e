package dev.keygate.store.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.feed.FeedStep.Entry;
import dev.keygate.store.feed.FeedStep.Logged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FeedStepTest {

  private static final UUID EPOCH = new UUID(1, 1);
  private static final UUID AT_FIVE = new UUID(5, 5);
  private static final FeedPosition FIVE = new FeedPosition(EPOCH, 5, AT_FIVE);

  @Test
  void nextIsUnchangedWhenNothingIsNew() {
    assertThat(FeedStep.next(FIVE, read(5, AT_FIVE))).isEqualTo(new FeedStep.Unchanged());
  }

  @Test
  void nextAdvancesWhenAllNumbersAreThere() {
    assertThat(FeedStep.next(FIVE, read(7, AT_FIVE, 6, 6, 7)))
        .isEqualTo(
            new FeedStep.Advance(
                head(7),
                List.of(
                    new Change.KeyRemoved("6"),
                    new Change.KeyRemoved("6"),
                    new Change.KeyRemoved("7"))));
  }

  @Test
  void nextIsAMismatchWhenANumberIsMissing() {
    assertThat(FeedStep.next(FIVE, read(7, AT_FIVE, 7))).isInstanceOf(FeedStep.Mismatch.class);
    assertThat(FeedStep.next(FIVE, read(8, AT_FIVE, 6, 8))).isInstanceOf(FeedStep.Mismatch.class);
    assertThat(FeedStep.next(FIVE, read(7, AT_FIVE, 6))).isInstanceOf(FeedStep.Mismatch.class);
    assertThat(FeedStep.next(FIVE, read(6, AT_FIVE, 6, 7))).isInstanceOf(FeedStep.Mismatch.class);
    assertThat(FeedStep.next(FIVE, read(6, AT_FIVE))).isInstanceOf(FeedStep.Mismatch.class);
    assertThat(FeedStep.next(FIVE, List.of())).isInstanceOf(FeedStep.Mismatch.class);
  }

  @Test
  void nextIsAMismatchWhenTheFeedWentBack() {
    assertThat(FeedStep.next(FIVE, read(4, null))).isInstanceOf(FeedStep.Mismatch.class);
  }

  @Test
  void nextIsAMismatchWhenAnotherChangeOrNoneIsAtThePosition() {
    assertThat(FeedStep.next(FIVE, read(6, new UUID(9, 9), 6)))
        .isInstanceOf(FeedStep.Mismatch.class);
    assertThat(FeedStep.next(FIVE, read(6, null, 6))).isInstanceOf(FeedStep.Mismatch.class);
  }

  @Test
  void nextIsAMismatchWhenTheEpochIsAnother() {
    FeedPosition other = new FeedPosition(new UUID(2, 2), 5, AT_FIVE);

    assertThat(FeedStep.next(other, read(5, AT_FIVE))).isInstanceOf(FeedStep.Mismatch.class);
  }

  @Test
  void nextIsAMismatchWhenTooManyEntriesAreNew() {
    long[] most = new long[(int) FeedStep.MOST_ENTRIES];
    Arrays.fill(most, 6);
    long[] more = Arrays.copyOf(most, most.length + 1);
    more[most.length] = 6;

    assertThat(FeedStep.next(FIVE, read(6, AT_FIVE, most))).isInstanceOf(FeedStep.Advance.class);
    assertThat(FeedStep.next(FIVE, read(6, AT_FIVE, more))).isInstanceOf(FeedStep.Mismatch.class);
  }

  private static List<Entry> read(long head, @Nullable UUID atApplied, long... logged) {
    List<Entry> entries = new ArrayList<>();
    for (long seq : logged) {
      entries.add(
          new Entry(
              head(head), atApplied, new Logged(seq, "KeyRemoved", "{\"uid\": \"" + seq + "\"}")));
    }
    if (entries.isEmpty()) {
      entries.add(new Entry(head(head), atApplied, null));
    }
    return entries;
  }

  private static FeedPosition head(long seq) {
    return new FeedPosition(EPOCH, seq, new UUID(seq, seq));
  }
}
