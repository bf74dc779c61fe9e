package dev.keygate.bench.revoke;

import dev.keygate.bench.stack.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** When the notification of each change arrives, at one more listener beside the gateways. */
final class Notifications implements AutoCloseable {

  private static final int POLL_MILLIS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<Long, CompletableFuture<Instant>> arrivals = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  private Notifications(Connection connection) {
    thread = Thread.ofPlatform().name("notifications").start(() -> listen(connection));
  }

  static Notifications listen(String databaseUrl) throws SQLException {
    Connection connection = Database.connect(databaseUrl);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LISTEN keygate");
    }
    return new Notifications(connection);
  }

  /** When that of change {@code seq} arrived. */
  Instant arrival(long seq) throws Exception {
    return future(seq).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private CompletableFuture<Instant> future(long seq) {
    return arrivals.computeIfAbsent(seq, _ -> new CompletableFuture<>());
  }

  private void listen(Connection connection) {
    try (connection) {
      PGConnection postgres = connection.unwrap(PGConnection.class);
      while (!closed) {
        for (PGNotification each : postgres.getNotifications(POLL_MILLIS)) {
          future(Long.parseLong(each.getParameter())).complete(Instant.now());
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("lost the connection that listens", e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
