package dev.keygate.local.stack;

import com.sun.security.auth.module.UnixSystem;
import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import dev.keygate.local.process.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * PostgreSQL as a plain child on loopback, with the database {@code keygate} and its three roles.
 *
 * <p>It refuses to run as root. Then it runs in a user namespace in which nobody is root; {@code
 * unshare} becomes the program, so that it stays killable under the same id.
 */
final class Postgres {

  static final String DATABASE = "keygate";
  static final String OWNER = "keygate_owner";
  static final String OPERATOR = "keygate_operator";
  static final String GATEWAY = "keygate_gateway";
  private static final String SUPERUSER = "postgres";
  private static final Duration SETUP_PATIENCE = Duration.ofMinutes(2);
  private static final Duration GONE = Duration.ofSeconds(10);

  private final PostgresPrograms programs;
  private final Path directory;
  private final Passwords passwords;
  private final int port;

  Postgres(PostgresPrograms programs, Path directory, Passwords passwords, Ports ports) {
    this.programs = programs;
    this.directory = directory;
    this.passwords = passwords;
    this.port = ports.near(5432);
  }

  int port() {
    return port;
  }

  /** Makes the database on first use: all of it or nothing, whenever it is interrupted. */
  void setUp(Supervisor supervisor) throws IOException, InterruptedException {
    Path data = data();
    if (Files.exists(data)) {
      awaitEarlier(data);
      return;
    }
    Path unfinished = directory.resolve("postgres.unfinished");
    Folder.delete(unfinished);
    List<String> initdb =
        new ArrayList<>(
            List.of(
                programs.program("initdb").toString(),
                "--pgdata=" + unfinished,
                "--username=" + SUPERUSER,
                "--pwfile=" + passwords.file(SUPERUSER),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync"));
    supervisor.run(spec("initdb", initdb), SETUP_PATIENCE);
    Path statements =
        PrivateFile.write(
            directory.resolve("secrets/roles"),
            "CREATE ROLE %s LOGIN PASSWORD '%s';%n".formatted(OWNER, passwords.of(OWNER))
                + "CREATE ROLE %s LOGIN PASSWORD '%s';%n"
                    .formatted(OPERATOR, passwords.of(OPERATOR))
                + "CREATE ROLE %s LOGIN PASSWORD '%s';%n".formatted(GATEWAY, passwords.of(GATEWAY))
                + "CREATE DATABASE %s OWNER %s;%n".formatted(DATABASE, OWNER));
    // Single-user mode needs neither a port nor a client; it reports a failure in words only.
    String said =
        supervisor.capture(
            command(
                List.of(
                    "/bin/sh",
                    "-c",
                    "exec \"$@\" <\"$0\"",
                    statements.toString(),
                    programs.program("postgres").toString(),
                    "--single",
                    "-D",
                    unfinished.toString(),
                    SUPERUSER)),
            SETUP_PATIENCE);
    Files.delete(statements);
    if (said.contains("ERROR:") || said.contains("FATAL:")) {
      throw new IOException("PostgreSQL could not make the roles: " + said);
    }
    Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * A server that was killed with its launcher is there until somebody reaps it, and PostgreSQL
   * would take it for one that runs. What is still there then, PostgreSQL says itself.
   */
  private static void awaitEarlier(Path data) throws IOException, InterruptedException {
    Path pid = data.resolve("postmaster.pid");
    if (Files.notExists(pid)) {
      return;
    }
    try {
      ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).getFirst().strip()))
          .map(ProcessHandle::onExit)
          .orElseGet(() -> CompletableFuture.completedFuture(null))
          .get(GONE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // It may be another program by now.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  ProcessSpec spec() {
    return spec(
            "postgres",
            List.of(
                programs.program("postgres").toString(),
                "-D",
                data().toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "port=" + port,
                "-c",
                "unix_socket_directories="))
        // TERM waits for the clients to leave.
        .stoppedBy("INT")
        .inTier(3);
  }

  Readiness readiness() {
    return () -> PostgresProbe.accepts(port, SUPERUSER, DATABASE);
  }

  String r2dbcUrl() {
    return r2dbcUrl(port);
  }

  /** By way of another port. */
  String r2dbcUrl(int throughPort) {
    return "r2dbc:postgresql://127.0.0.1:" + throughPort + "/" + DATABASE;
  }

  Path passwordFile(String role) {
    return passwords.file(role);
  }

  /** For a person with {@code psql}: the owner's role, its password included. */
  String url() {
    return "postgresql://%s:%s@127.0.0.1:%d/%s"
        .formatted(OWNER, passwords.of(OWNER), port, DATABASE);
  }

  private Path data() {
    return directory.resolve("postgres");
  }

  private ProcessSpec spec(String name, List<String> command) {
    return ProcessSpec.of(name, directory, command(command));
  }

  private static List<String> command(List<String> command) {
    if (new UnixSystem().getUid() != 0) {
      return command;
    }
    List<String> unprivileged = new ArrayList<>(List.of("unshare", "--user"));
    unprivileged.addAll(command);
    return unprivileged;
  }
}
