package dev.keygate.local.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs after all others and looks through what they left behind: no key, and no hash of one. */
@ExtendWith(StackExtension.class)
@Order(Integer.MAX_VALUE)
class SecrecyE2E {

  private static Platform platform;

  @BeforeAll
  static void issueOneKeyAtLeast(Platform shared) {
    platform = shared;
    platform.namespace("secrecy", "secrecy");
    platform.organization("secrecy", "secrecy");
    platform.apply(Platform.keyManifest("secrecy", "quiet", "secrecy"));
    platform.awaitReady("secrecy", "quiet");
    String key = platform.key("secrecy", "quiet");
    assertThat(platform.get("/v1/organizations/secrecy/x", key).status()).isEqualTo(200);
    assertThat(platform.get("/v1/organizations/secrecy/x", key + "x").status()).isEqualTo(401);
  }

  @Test
  void logsHoldNoKeyAndNoHash() throws Exception {
    for (Path log : files("logs")) {
      assertClean(log.toString(), Files.readString(log, ISO_8859_1));
    }
  }

  @Test
  void resourcesAndEventsHoldNoKeyAndNoHash() throws Exception {
    assertClean(
        "resources",
        platform.kubectl(
            "get", "orgs,apikeys,events,configmaps,leases", "--all-namespaces", "--output=yaml"));
  }

  private static void assertClean(String where, String text) throws Exception {
    assertThat(text).as(where).doesNotContainPattern("pc_[a-z0-9-]+_[0-9A-Za-z]{32,}");
    for (String key : platform.keysSeen()) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
      String random = key.substring(key.lastIndexOf('_') + 1);
      for (String secret :
          List.of(
              random,
              HexFormat.of().formatHex(hash),
              Base64.getEncoder().encodeToString(hash),
              Base64.getEncoder().encodeToString(key.getBytes(UTF_8)))) {
        assertThat(text.contains(secret)).as("a key or its hash in %s", where).isFalse();
      }
    }
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(platform.stack().directory().resolve(folder))) {
      return files.toList();
    }
  }
}
