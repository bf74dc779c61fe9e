package dev.keygate.local.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions that {@code local/control-plane/go.mod} pins, which is their only home. */
record Versions(String kubernetes, String etcd) {

  static Versions read(Path goMod) throws IOException {
    String text = Files.readString(goMod);
    return new Versions(
        required(text, "k8s.io/kubernetes", goMod),
        required(text, "go.etcd.io/etcd/server/v3", goMod));
  }

  /** Names the cache's folder, so that a new version never meets the files of an old one. */
  String folder(Platform platform) {
    return "kubernetes-"
        + kubernetes
        + "-etcd-"
        + etcd
        + "-"
        + platform.os()
        + "-"
        + platform.architecture();
  }

  String kubernetesMinor() {
    return kubernetes.split("\\.", -1)[1];
  }

  private static String required(String goMod, String module, Path file) {
    Matcher matcher =
        Pattern.compile("(?m)^\\s*(?:require\\s+)?" + Pattern.quote(module) + "\\s+v([0-9.]+)")
            .matcher(goMod);
    if (!matcher.find()) {
      throw new IllegalStateException(file + " should require " + module + " and does not");
    }
    return matcher.group(1);
  }
}
