package dev.keygate.local.e2e;

import dev.keygate.local.stack.LocalStack;
import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.read.StoreReader;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Reads what the store believes, as the operator does. */
final class StoreProbe {

  private final StoreReader reader;

  private final ConnectionFactory owner;

  StoreProbe(LocalStack stack) {
    reader = new StoreReader(connections(stack, "keygate_operator"));
    owner = connections(stack, "keygate_owner");
  }

  private static ConnectionFactory connections(LocalStack stack, String role) {
    URI database = URI.create(stack.endpoints().databaseUrl());
    Path password = stack.directory().resolve("secrets/" + role + ".password");
    return new StoreSettings(
            "r2dbc:postgresql://127.0.0.1:%d%s".formatted(database.getPort(), database.getPath()),
            role,
            password)
        .unpooled("keygate-e2e");
  }

  /** As if there were one more gateway, which says nothing from now on; until it is closed. */
  SilentGateway silentGateway(String name) {
    UUID replica = UUID.randomUUID();
    asOwner(
        """
        INSERT INTO gateway_ack
          (replica, name, epoch, applied_seq, applied_change_id, registered_at)
        SELECT '%s', '%s', epoch, seq, change_id, now() - interval '1 hour' FROM feed_head
        """
            .formatted(replica, name));
    return () -> asOwner("DELETE FROM gateway_ack WHERE replica = '%s'".formatted(replica));
  }

  /** It ends without a trace. */
  @FunctionalInterface
  interface SilentGateway extends AutoCloseable {
    @Override
    void close();
  }

  /** Runs a statement that nobody but a test may: it goes behind the operator's back. */
  void asOwner(String sql) {
    Mono.usingWhen(
            owner.create(),
            connection ->
                Mono.from(connection.createStatement(sql).execute())
                    .flatMapMany(Result::getRowsUpdated)
                    .then(),
            Connection::close)
        .block(Duration.ofSeconds(20));
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

  /** How many versions were ever minted for the ApiKeys of this name. */
  long versions(String name) {
    return number(
        """
        SELECT count(*) FROM key_version v JOIN api_key k ON k.uid = v.api_key_uid
        WHERE k.name = '%s'
        """
            .formatted(name));
  }

  /** Changes of the feed that come after one of a later term. */
  long changesOfDeposedWriters() {
    return number(
        """
        SELECT count(*) FROM change_log old
        WHERE EXISTS (SELECT FROM change_log l WHERE l.seq < old.seq AND l.term > old.term)
        """);
  }

  private long number(String sql) {
    return Mono.usingWhen(
            owner.create(),
            connection ->
                Mono.from(connection.createStatement(sql).execute())
                    .flatMap(result -> Mono.from(result.map(row -> row.get(0, Long.class)))),
            Connection::close)
        .blockOptional(Duration.ofSeconds(20))
        .orElseThrow();
  }
}
