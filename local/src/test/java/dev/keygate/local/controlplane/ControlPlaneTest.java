package dev.keygate.local.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {

  private static final long PLENTY = 1_000_000_000_000L;

  @TempDir Path temp;

  private final Map<String, String> environment = new HashMap<>();
  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private Path module;

  @BeforeEach
  void writeModule() throws IOException {
    module = Files.createDirectories(temp.resolve("module"));
    Files.writeString(
        module.resolve("go.mod"),
        """
        module example

        require (
        	go.etcd.io/etcd/server/v3 v3.6.8
        	k8s.io/kubernetes v1.36.3
        )
        """);
    environment.put("XDG_CACHE_HOME", temp.resolve("cache").toString());
    environment.put("PATH", temp.resolve("path") + ":/usr/bin:/bin");
  }

  @Test
  void obtainTakesAssetsBeforeTheCache() throws IOException {
    Path assets = programs(temp.resolve("assets"), Program.CORE);
    programs(cache(), Program.CORE);
    environment.put("KUBEBUILDER_ASSETS", assets.toString());

    Programs found = controlPlane(PLENTY).obtain(Program.CORE);

    assertThat(found.path(Program.ETCD)).isEqualTo(assets.resolve("etcd"));
    assertThat(said).singleElement().asString().contains("KUBEBUILDER_ASSETS");
  }

  @Test
  void obtainTakesWhatAssetsLackFromTheCache() throws IOException {
    Path assets = programs(temp.resolve("assets"), Program.CORE);
    Path cache = programs(cache(), Set.of(Program.values()));
    environment.put("KUBEBUILDER_ASSETS", assets.toString());

    Programs found = controlPlane(PLENTY).obtain(Set.of(Program.values()));

    assertThat(found.path(Program.KUBE_APISERVER)).isEqualTo(assets.resolve("kube-apiserver"));
    assertThat(found.path(Program.KUBE_CONTROLLER_MANAGER))
        .isEqualTo(cache.resolve("kube-controller-manager"));
  }

  @Test
  void obtainNamesTheFourWaysWhenNoneLeadsThere() throws IOException {
    assertThatThrownBy(() -> controlPlane(PLENTY).obtain(Program.CORE))
        .isInstanceOf(ControlPlaneUnavailableException.class)
        .hasMessageContainingAll(
            "KUBEBUILDER_ASSETS",
            "cache (" + cache() + ")",
            "KEYGATE_RELEASE_MIRROR",
            "install Go 1.26",
            "there is no go on the PATH");
  }

  @Test
  void obtainRefusesGoThatIsTooOld() throws IOException {
    fakeGo("1.25.4");

    assertThatThrownBy(() -> controlPlane(PLENTY).obtain(Program.CORE))
        .isInstanceOf(ControlPlaneUnavailableException.class)
        .hasMessageContaining("Go 1.26 or newer is needed and this is go version go1.25.4");
  }

  @Test
  void obtainSaysOneSentenceWhenTheDiskIsFull() throws IOException {
    fakeGo("1.26.8");

    assertThatThrownBy(() -> controlPlane(300_000_000).obtain(Program.CORE))
        .isInstanceOf(ControlPlaneUnavailableException.class)
        .hasMessageContainingAll("the Go build needs about 4.5 GB free under", "which has 300 MB");
    assertThat(names(cache())).isEmpty();
  }

  @Test
  void obtainBuildsWithGoIntoTheCache() throws IOException {
    fakeGo("1.26.8");

    Programs found = controlPlane(PLENTY).obtain(Program.CORE);

    assertThat(found.path(Program.ETCD)).isEqualTo(cache().resolve("etcd")).isExecutable();
    assertThat(found.path(Program.KUBECTL)).isExecutable();
    assertThat(names(cache())).containsExactlyInAnyOrder("etcd", "kube-apiserver", "kubectl");
    assertThat(said).anyMatch(line -> line.contains("uses up to 1.1 GB for modules"));
  }

  @Test
  void obtainShowsTheEndOfAFailedBuild() throws IOException {
    fakeGo("1.26.8");
    Files.writeString(temp.resolve("path/broken"), "");

    assertThatThrownBy(() -> controlPlane(PLENTY).obtain(Program.CORE))
        .isInstanceOf(ControlPlaneUnavailableException.class)
        .hasMessageContaining("no space left on device");
    assertThat(names(cache())).isEmpty();
  }

  @Test
  void obtainRemovesWhatAnInterruptedBuildLeft() throws IOException {
    fakeGo("1.26.8");
    Path left = Files.createDirectories(cache().resolve(".unfinished-1"));
    Files.writeString(left.resolve("etcd"), "half of it");

    controlPlane(PLENTY).obtain(Program.CORE);

    assertThat(left).doesNotExist();
  }

  @Test
  void obtainBuildsOnceWhenTwoAskAtOnce() throws IOException {
    fakeGo("1.26.8");
    ControlPlane controlPlane = controlPlane(PLENTY);

    List<CompletableFuture<Programs>> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(CompletableFuture.supplyAsync(() -> controlPlane.obtain(Program.CORE)));
    }

    assertThat(both).allSatisfy(one -> assertThat(one.join().paths()).hasSize(3));
    assertThat(Files.readAllLines(temp.resolve("path/builds"))).hasSize(1);
  }

  private ControlPlane controlPlane(long usableBytes) {
    return new ControlPlane(module, environment, _ -> usableBytes, said::add);
  }

  private Path cache() throws IOException {
    Path parent = temp.resolve("cache/keygate/control-plane");
    return parent.resolve(Versions.read(module.resolve("go.mod")).folder(Platform.current()));
  }

  private static Path programs(Path folder, Set<Program> programs) throws IOException {
    Files.createDirectories(folder);
    for (Program program : programs) {
      executable(folder.resolve(program.fileName()), "#!/bin/sh\n");
    }
    return folder;
  }

  /** Answers as Go does; makes empty programs and notes each build. */
  private void fakeGo(String version) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("path"));
    executable(
        folder.resolve("go"),
        """
        #!/bin/sh
        here=$(dirname "$0")
        case $1 in
          version) echo "go version go%s linux/amd64" ;;
          env) echo "$here/$2" ;;
          list) echo a; echo b ;;
          build)
            echo build >>"$here/builds"
            if [ -e "$here/broken" ]; then echo "write: no space left on device"; exit 1; fi
            while [ "$1" != -o ]; do shift; done
            out=$2; shift 2
            for package in "$@"; do
              name=${package##*/}
              [ "$name" = v3 ] && name=server
              echo "$package"
              touch "$out$name"; chmod +x "$out$name"
            done ;;
        esac
        """
            .formatted(version));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .toList();
    }
  }
}
