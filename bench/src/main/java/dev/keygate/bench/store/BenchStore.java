package dev.keygate.bench.store;

import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.PlaintextKey;
import dev.keygate.store.migrate.Migration;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.KeyResult;
import dev.keygate.store.write.Command.KeySpec;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.Committed;
import dev.keygate.store.write.FeedWriter;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;

/** PostgreSQL with Keygate's schema and roles, in a folder that goes away with it. */
public final class BenchStore implements AutoCloseable {

  /** How many keys share an organization. */
  private static final int KEYS_PER_ORGANIZATION = 100;

  private static final String OWNER = "keygate_owner";
  private static final String OPERATOR = "keygate_operator";
  private static final String GATEWAY = "keygate_gateway";
  private static final String ROOT = "bench";
  private static final String CHANGING = "changing";
  private static final int IN_FLIGHT = 1024;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration CHANGED_WITHIN = Duration.ofSeconds(30);

  private final EmbeddedPostgres postgres;
  private final Path passwordFile;
  private final FeedWriter writer;

  private BenchStore(EmbeddedPostgres postgres, Path passwordFile, FeedWriter writer) {
    this.postgres = postgres;
    this.passwordFile = passwordFile;
    this.writer = writer;
  }

  /**
   * A key that gateways accept.
   *
   * @param organization the id of its organization
   */
  public record IssuedKey(PlaintextKey key, String organization) {}

  public static BenchStore start() throws IOException, SQLException {
    EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
    Path passwordFile = Files.createTempFile("keygate-bench", ".password");
    Files.writeString(passwordFile, UUID.randomUUID().toString());
    String password = Files.readString(passwordFile);
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String role : List.of(OWNER, OPERATOR, GATEWAY)) {
        statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + password + "'");
      }
      statement.execute("CREATE DATABASE keygate OWNER " + OWNER);
    }
    Migration.run(settings(postgres, passwordFile, OWNER), OPERATOR, GATEWAY);
    FeedWriter writer =
        FeedWriter.lead(
                settings(postgres, passwordFile, OPERATOR).unpooled("bench-writer"),
                Duration.ofMinutes(2))
            .blockOptional(PATIENCE)
            .orElseThrow();
    return new BenchStore(postgres, passwordFile, writer);
  }

  /** As which a gateway connects. */
  public StoreSettings gateway() {
    return settings(postgres, passwordFile, GATEWAY);
  }

  public FeedWriter writer() {
    return writer;
  }

  /** Issues keys spread over organizations below one root; each may do {@code contacts:read}. */
  public List<IssuedKey> populate(int keys) {
    KeyFormat format = new KeyFormat("pc");
    SecureRandom random = new SecureRandom();
    int organizations = (keys + KEYS_PER_ORGANIZATION - 1) / KEYS_PER_ORGANIZATION;
    putOrganization(new Command.PutOrganization(ROOT, ROOT, ROOT, null, ROOT, null, false));
    Flux.range(0, organizations)
        .map(BenchStore::organization)
        .flatMap(
            id ->
                writer.submit(
                    new Command.PutOrganization(
                        id, id, id, ROOT, id, List.of("contacts:*"), false)),
            IN_FLIGHT)
        .doOnNext(BenchStore::requireWritten)
        .blockLast(PATIENCE);
    List<IssuedKey> issued =
        IntStream.range(0, keys)
            .mapToObj(
                i -> new IssuedKey(format.mint("live", random), organization(i % organizations)))
            .toList();
    Flux.range(0, keys)
        .flatMap(i -> writer.submit(issue(i, issued.get(i))), IN_FLIGHT)
        .doOnNext(BenchStore::requireIssued)
        .blockLast(PATIENCE);
    return issued;
  }

  /** Something that every gateway takes over and acknowledges. */
  public Committed<OrganizationResult> change() {
    return writer
        .submit(
            new Command.PutOrganization(
                CHANGING, CHANGING, CHANGING, ROOT, "changed " + System.nanoTime(), null, false))
        .blockOptional(CHANGED_WITHIN)
        .orElseThrow();
  }

  /** From the next renewal on, whatever the writer believes. */
  public void lease(Duration duration) throws SQLException {
    execute("UPDATE feed_head SET lease_millis = " + duration.toMillis());
  }

  /** Whether every replica has acknowledged change {@code seq}. */
  public boolean acknowledged(long seq) throws SQLException {
    try (Connection connection = postgres.getDatabase("postgres", "keygate").getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT bool_and(applied_seq >= " + seq + ") FROM gateway_ack")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getDatabase("postgres", "keygate").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void putOrganization(Command.PutOrganization organization) {
    requireWritten(writer.submit(organization).blockOptional(PATIENCE).orElseThrow());
  }

  private static Command.IssueVersion issue(int number, IssuedKey issued) {
    String uid = new UUID(0, number).toString();
    KeySpec spec =
        new KeySpec(
            uid,
            "bench",
            "key-" + number,
            issued.organization(),
            "live",
            List.of("contacts:read"),
            null);
    PlaintextKey key = issued.key();
    return new Command.IssueVersion(
        spec, UUID.randomUUID().toString(), key.hash(), key.hint(), "Created", 0);
  }

  private static String organization(int number) {
    return "org-" + number;
  }

  private static void requireWritten(Committed<OrganizationResult> answer) {
    if (!(answer.result() instanceof OrganizationResult.Written)) {
      throw new IllegalStateException("the store refused an organization: " + answer.result());
    }
  }

  private static void requireIssued(Committed<KeyResult> answer) {
    if (!(answer.result() instanceof KeyResult.Written)) {
      throw new IllegalStateException("the store refused a key: " + answer.result());
    }
  }

  private static StoreSettings settings(EmbeddedPostgres postgres, Path passwordFile, String role) {
    return new StoreSettings(
        "r2dbc:postgresql://127.0.0.1:" + postgres.getPort() + "/keygate", role, passwordFile);
  }

  @Override
  public void close() throws IOException {
    writer.close();
    postgres.close();
    Files.deleteIfExists(passwordFile);
  }
}
