package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A Git repository of manifests, somebody who commits to it, and a pipeline that applies it. */
final class Pipeline {

  private static final long PATIENCE_SECONDS = 300;

  private final Path directory;
  private final Path environment;
  private final Path repository;

  private Pipeline(Path directory, Path environment) {
    this.directory = directory;
    this.environment = environment;
    this.repository = directory.resolve("repository");
  }

  static Pipeline in(Path directory, Platform platform) throws IOException, InterruptedException {
    Pipeline pipeline = new Pipeline(directory, platform.stack().directory().resolve("env"));
    Files.createDirectories(pipeline.repository);
    pipeline.git("init", "--quiet");
    try (InputStream script = Pipeline.class.getResourceAsStream("pipeline.sh")) {
      Files.copy(Objects.requireNonNull(script), directory.resolve("pipeline.sh"));
    }
    return pipeline;
  }

  void commit(String file, String manifest, String message)
      throws IOException, InterruptedException {
    Files.writeString(repository.resolve(file), manifest);
    git("add", file);
    git("-c", "user.name=dev", "-c", "user.email=dev@example.org", "commit", "-qm", message);
  }

  /** Undoes the latest commit by another one. */
  void revert() throws IOException, InterruptedException {
    git("-c", "user.name=dev", "-c", "user.email=dev@example.org", "revert", "--no-edit", "HEAD");
  }

  /** Applies what was committed, and waits until the key is ready and no rotation is under way. */
  String deploy(String namespace, String key) throws IOException, InterruptedException {
    return shell(
        ". %s; sh %s/pipeline.sh %s %s/deployed %s %s"
            .formatted(environment, directory, repository, directory, namespace, key));
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    shell("git -C " + repository + " '" + String.join("' '", List.of(arguments)) + "'");
  }

  private String shell(String command) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
    String printed = Files.readString(output);
    assertThat(ended).as("%s ends in time; it printed: %s", command, printed).isTrue();
    assertThat(shell.exitValue()).as("%s printed: %s", command, printed).isZero();
    return printed;
  }
}
