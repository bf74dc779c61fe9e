package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A tenant with the rights of example 08 on the whole stack, whose operator obeys the policies. */
@ExtendWith(StackExtension.class)
class TenancyE2E {

  private static final String OWN = "/v1/organizations/acme/hello";

  private static Platform platform;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.apply(Checkout.example("01-organizations.yaml"));
    platform.apply(Checkout.example("08-tenant-rights.yaml"));
    // New rights and policies take a moment.
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(platform.kubectlRefuses(ann("create", "globex", "--dry-run=server")))
                    .contains("keygate-issue"));
  }

  @Test
  void tenantIssuesRevokesAndReplacesItsOwnKeys() throws IOException {
    platform.kubectl(ann("create", "acme"));
    platform.awaitReady("demo", "of-ann");
    String first = platform.key("demo", "of-ann");
    assertThat(platform.get(OWN, first).status()).isEqualTo(200);

    platform.kubectl(annRevokes(true));
    platform.awaitCondition("apikey", "of-ann", "demo", "Ready", "False Revoked");
    assertThat(platform.get(OWN, first).status()).isEqualTo(401);

    platform.kubectl(annRevokes(false));
    platform.awaitReady("demo", "of-ann");
    assertThat(platform.key("demo", "of-ann")).isNotEqualTo(first);
  }

  @Test
  void tenantIssuesNoKeyOfAnother() throws IOException {
    assertThat(platform.kubectlRefuses(ann("create", "globex")))
        .contains("keygate-issue", "may not issue keys of Organization globex");
  }

  /** The garbage collector would set the Secret free; the operator may be faster. */
  @Test
  void keyIsDeadWhenItsApiKeyIsDeletedWithoutItsDependents() {
    platform.apply(Platform.keyManifest("demo", "orphaned", "acme"));
    platform.awaitReady("demo", "orphaned");
    String key = platform.key("demo", "orphaned");

    platform.kubectl("delete", "apikey", "orphaned", "--namespace=demo", "--cascade=orphan");

    assertThat(platform.get(OWN, key).status()).isEqualTo(401);
  }

  private static String[] ann(String verb, String organization, String... options)
      throws IOException {
    Path manifest = platform.stack().directory().resolve("of-ann.yaml");
    Files.writeString(manifest, Platform.keyManifest("demo", "of-ann", organization));
    return asAnn(verb, "--filename=" + manifest.toAbsolutePath(), options);
  }

  private static String[] annRevokes(boolean revoked) {
    String patch = "--patch={\"spec\":{\"revoked\":" + revoked + "}}";
    return asAnn("patch", "apikey/of-ann", "--namespace=demo", "--type=merge", patch);
  }

  private static String[] asAnn(String verb, String what, String... options) {
    return Stream.concat(
            Stream.of("--as=ann", "--as-group=acme-developers", verb, what), Stream.of(options))
        .toArray(String[]::new);
  }
}
