package dev.keygate.store.migrate;

import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.connection.UnfitStoreException;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Brings the schema to this build's version, with Flyway over JDBC. Blocking; run once per release.
 */
public final class Migration {

  private static final String LOCATION = "classpath:db/migration/keygate";
  private static final String TIMEOUT_SECONDS = "10";

  private Migration() {}

  /**
   * Does nothing when the schema and the rights are up to date. Fails with {@link
   * StoreUnavailableException} when the server cannot be reached (retry that one), with {@link
   * UnfitStoreException} when a role is missing or a migration fails.
   *
   * @param owner the migration's role, which owns the schema
   * @param operatorRole existing role that gets the operator's rights
   * @param gatewayRole existing role that gets the gateway's rights: reads keys, writes only usage
   *     and acknowledgements
   */
  public static void run(StoreSettings owner, String operatorRole, String gatewayRole) {
    PGSimpleDataSource source = dataSource(owner);
    requireRoles(source, List.of(operatorRole, gatewayRole));
    try {
      Flyway.configure(Migration.class.getClassLoader())
          .dataSource(source)
          .locations(LOCATION)
          .placeholders(
              Map.of("operatorRole", quoted(operatorRole), "gatewayRole", quoted(gatewayRole)))
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw isConnectionLost(e)
          ? unavailable(e)
          : new UnfitStoreException("the schema could not be migrated: " + firstLine(e));
    }
  }

  private static void requireRoles(PGSimpleDataSource source, List<String> roles) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT count(*) FROM pg_roles WHERE rolname = ?")) {
      for (String role : roles) {
        statement.setString(1, role);
        try (ResultSet result = statement.executeQuery()) {
          if (!result.next() || result.getInt(1) == 0) {
            throw new UnfitStoreException(
                "PostgreSQL has no role \""
                    + role
                    + "\": create it with LOGIN and a password, then migrate again");
          }
        }
      }
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  private static PGSimpleDataSource dataSource(StoreSettings owner) {
    ConnectionFactoryOptions options = owner.options();
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", TIMEOUT_SECONDS);
    properties.setProperty("ApplicationName", "keygate-migration");
    copy(options, "sslMode", properties, "sslmode");
    copy(options, "sslRootCert", properties, "sslrootcert");
    copy(options, "sslCert", properties, "sslcert");
    copy(options, "sslKey", properties, "sslkey");

    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(
        new String[] {String.valueOf(options.getValue(ConnectionFactoryOptions.HOST))});
    Object port = options.getValue(ConnectionFactoryOptions.PORT);
    if (port != null) {
      source.setPortNumbers(new int[] {Integer.parseInt(port.toString())});
    }
    source.setDatabaseName(String.valueOf(options.getValue(ConnectionFactoryOptions.DATABASE)));
    try {
      for (String name : properties.stringPropertyNames()) {
        source.setProperty(name, properties.getProperty(name));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the driver knows each of these properties", e);
    }
    source.setUser(owner.username());
    try {
      source.setPassword(owner.password());
    } catch (IOException e) {
      throw new StoreUnavailableException(
          "the password file " + owner.passwordFile() + " could not be read", e);
    }
    return source;
  }

  private static void copy(
      ConnectionFactoryOptions options, String from, Properties properties, String to) {
    Object value = options.getValue(Option.valueOf(from));
    if (value != null) {
      properties.setProperty(to, value.toString());
    }
  }

  private static String quoted(String role) {
    return '"' + role.replace("\"", "\"\"") + '"';
  }

  /** SQLSTATE classes 08 (connection), 57 (shutting or starting up), 53 (too many connections). */
  private static boolean isConnectionLost(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e
          && e.getSQLState() != null
          && e.getSQLState().matches("(08|57|53).*")) {
        return true;
      }
    }
    return false;
  }

  private static StoreUnavailableException unavailable(Exception cause) {
    return new StoreUnavailableException("PostgreSQL is not available: " + firstLine(cause), cause);
  }

  private static String firstLine(Exception error) {
    return String.valueOf(error.getMessage()).strip().lines().findFirst().orElse("no reason given");
  }
}
