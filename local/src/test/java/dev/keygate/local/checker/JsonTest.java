package dev.keygate.local.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {

  private static final String TEXT =
      """
      {"metadata": {"name": "a \\"b\\" \\u00e4", "generation": 12}, "none": null, "list": [true, {"x": "y"}], "empty": {}}
      """;

  @Test
  void everyKindOfValueIsRead() {
    var object = Json.object(TEXT);

    assertThat(Json.text(object, "metadata.name")).isEqualTo("a \"b\" ä");
    assertThat(Json.text(object, "metadata.generation")).isEqualTo("12");
    assertThat(Json.text(object, "none")).isEmpty();
    assertThat(Json.text(object, "metadata.missing.too")).isEmpty();
    assertThat(Json.list(object, "list")).hasSize(2);
    assertThat(Json.text(Json.list(object, "list").get(1), "x")).isEqualTo("y");
    assertThat(Json.list(object, "empty.list")).isEmpty();
  }

  @Test
  void aKeyIsFoundWhereverItIs() {
    String key = "pc_live_" + "a1".repeat(19);

    assertThat(Plaintext.in("x", Json.object("{\"a\": [{\"b\": \"so " + key + "\"}]}")))
        .isEqualTo("x.a[].b");
    assertThat(Plaintext.in("x", Json.object("{\"a\": \"pc_live_...wxyz\"}"))).isEmpty();
    assertThat(Plaintext.redacted("key=" + key)).doesNotContain(key);
  }
}
