package dev.keygate.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void lineShowsMedianP99AndLongest() {
    String table = new Table("milliseconds").line("seen", List.of(1.0, 3.0, 2.0)).toString();

    assertThat(table.lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly("milliseconds median p99 longest", "seen 2.0 3.0 3.0");
  }
}
