package dev.keygate.bench.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void parseKeepsNameLabelsAndValueWhenTheScrapeHasComments() {
    assertThat(
            Series.parse(
                """
                # HELP apiserver_request_total Counter of requests.
                # TYPE apiserver_request_total counter
                apiserver_request_total{code="201",resource="secrets",verb="POST"} 2000
                escaped{note="a \\"b\\" } c"} 1.5e+03
                up 1
                """))
        .containsExactly(
            new Series(
                "apiserver_request_total",
                Map.of("code", "201", "resource", "secrets", "verb", "POST"),
                2000),
            new Series("escaped", Map.of("note", "a \\\"b\\\" } c"), 1500),
            new Series("up", Map.of(), 1));
  }
}
