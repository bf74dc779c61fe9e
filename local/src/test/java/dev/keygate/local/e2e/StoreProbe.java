package dev.keygate.local.e2e;

import dev.keygate.local.stack.LocalStack;
import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.read.StoreReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads what the store believes, as the operator does. */
final class StoreProbe {

  private final StoreReader reader;

  StoreProbe(LocalStack stack) {
    URI database = URI.create(stack.endpoints().databaseUrl());
    Path password = stack.directory().resolve("secrets/keygate_operator.password");
    reader =
        new StoreReader(
            new StoreSettings(
                    "r2dbc:postgresql://127.0.0.1:%d%s"
                        .formatted(database.getPort(), database.getPath()),
                    "keygate_operator",
                    password)
                .unpooled("keygate-e2e"));
  }

  /** Number of each revoked version of an ApiKey, and why it ended. */
  List<String> revoked(String uid) {
    return reader
        .key(uid)
        .blockOptional(Duration.ofSeconds(20))
        .orElseThrow()
        .orElseThrow()
        .versions()
        .stream()
        .filter(version -> !version.state().usable())
        .map(version -> version.number() + " " + version.reason())
        .toList();
  }

  /** Every key that has a usable version. */
  List<KeyRecord> usableKeys() {
    List<KeyRecord> keys = reader.usableKeys().collectList().block(Duration.ofSeconds(20));
    return keys == null ? List.of() : keys;
  }
}
