package dev.keygate.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * Gives the operator its ServiceAccount and just the rights that it needs, and puts everybody under
 * the admission policies.
 */
final class OperatorAccount {

  static final String NAMESPACE = "keygate-system";
  static final String NAME = "keygate-operator";

  private OperatorAccount() {}

  static void install(Kubectl kubectl, Path directory) throws IOException, InterruptedException {
    Path manifest = directory.resolve("operator-account.yaml");
    try (InputStream in =
        Objects.requireNonNull(
            OperatorAccount.class.getResourceAsStream("operator-account.yaml"))) {
      Files.copy(in, manifest, StandardCopyOption.REPLACE_EXISTING);
    }
    kubectl.apply(manifest);
  }
}
