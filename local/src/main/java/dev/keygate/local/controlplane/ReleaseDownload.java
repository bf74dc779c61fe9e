package dev.keygate.local.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Fetches official release binaries from a mirror and keeps only what matches its published
 * SHA-256.
 *
 * <p>Below the base address the mirror has Kubernetes' release layout, {@code
 * v1.36.3/bin/linux/amd64/kube-apiserver} with {@code .sha256} beside it, and etcd's in {@code
 * etcd/v3.6.8/}: the archive and {@code SHA256SUMS}. Instances belong to one thread.
 */
final class ReleaseDownload {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String base;
  private final Versions versions;
  private final Platform platform;
  private final Consumer<String> progress;

  ReleaseDownload(String base, Versions versions, Platform platform, Consumer<String> progress) {
    this.base = base.replaceFirst("/+$", "");
    this.versions = versions;
    this.platform = platform;
    this.progress = progress;
  }

  /** Puts what the mirror has into {@code folder}. A mismatching checksum ends the attempt. */
  Attempt fetch(Set<Program> programs, Path folder) throws IOException, InterruptedException {
    Set<Program> obtained = EnumSet.noneOf(Program.class);
    String last = "the mirror has none of them";
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      for (Program program : EnumSet.copyOf(programs)) {
        Optional<String> problem =
            program == Program.ETCD
                ? fetchEtcd(client, folder)
                : fetchFile(client, program, folder);
        if (problem.isEmpty()) {
          obtained.add(program);
        } else {
          last = problem.get();
          progress.accept(program.fileName() + " not downloaded: " + last);
        }
      }
    } catch (IOException e) {
      last = "the mirror can't be reached (" + e + ")";
    }
    return obtained.isEmpty() ? new Attempt.Unavailable(last) : new Attempt.Obtained(obtained);
  }

  private Optional<String> fetchFile(HttpClient client, Program program, Path folder)
      throws IOException, InterruptedException {
    String address =
        "%s/v%s/bin/%s/%s/%s"
            .formatted(
                base,
                versions.kubernetes(),
                platform.os(),
                platform.architecture(),
                program.fileName());
    Optional<String> checksum = text(client, address + ".sha256");
    if (checksum.isEmpty()) {
      return Optional.of("no checksum at " + address + ".sha256");
    }
    return download(
        client,
        address,
        folder.resolve(program.fileName()),
        checksum.get().strip().split("\\s", -1)[0]);
  }

  private Optional<String> fetchEtcd(HttpClient client, Path folder)
      throws IOException, InterruptedException {
    String name =
        "etcd-v%s-%s-%s".formatted(versions.etcd(), platform.os(), platform.architecture());
    String archive = name + (platform.os().equals("linux") ? ".tar.gz" : ".zip");
    String address = "%s/etcd/v%s/".formatted(base, versions.etcd());
    Optional<String> sums = text(client, address + "SHA256SUMS");
    Optional<String> checksum =
        sums.flatMap(
            text ->
                text.lines()
                    .map(line -> line.strip().split("\\s+\\*?", -1))
                    .filter(fields -> fields.length == 2 && fields[1].equals(archive))
                    .map(fields -> fields[0])
                    .findFirst());
    if (checksum.isEmpty()) {
      return Optional.of("no checksum of " + archive + " at " + address + "SHA256SUMS");
    }
    Path file = folder.resolve(archive);
    Optional<String> problem = download(client, address + archive, file, checksum.get());
    if (problem.isEmpty()) {
      unpack(file, name + "/etcd", folder);
    }
    Files.deleteIfExists(file);
    return problem;
  }

  private Optional<String> download(HttpClient client, String address, Path file, String sha256)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build(),
            BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        return Optional.of(address + " answered " + response.statusCode());
      }
      progress.accept(
          "downloading "
              + file.getFileName()
              + response.headers().firstValueAsLong("content-length").stream()
                  .mapToObj(bytes -> " (" + DiskSpace.readable(bytes) + ")")
                  .findFirst()
                  .orElse(""));
      String found = copy(body, file);
      if (!found.equalsIgnoreCase(sha256)) {
        Files.delete(file);
        return Optional.of(
            "%s has SHA-256 %s and its published one is %s".formatted(address, found, sha256));
      }
      if (!file.toFile().setExecutable(true)) {
        throw new IOException("can't make " + file + " executable");
      }
      return Optional.empty();
    }
  }

  private static Optional<String> text(HttpClient client, String address)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build(),
            BodyHandlers.ofString());
    return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
  }

  private static String copy(InputStream body, Path file) throws IOException {
    try (DigestInputStream digest =
        new DigestInputStream(body, MessageDigest.getInstance("SHA-256"))) {
      Files.copy(digest, file);
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void unpack(Path archive, String member, Path folder)
      throws IOException, InterruptedException {
    // bsdtar, the tar of macOS, reads zip archives as well.
    Process tar =
        new ProcessBuilder(
                "tar",
                "-xf",
                archive.toString(),
                "-C",
                folder.toString(),
                "--strip-components=1",
                member)
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar could not unpack " + archive);
    }
  }
}
