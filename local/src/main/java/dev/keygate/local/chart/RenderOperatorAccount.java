package dev.keygate.local.chart;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the operator's ServiceAccount, all RBAC and the admission policies, as the chart renders
 * them, to a file: {@code RenderOperatorAccount CHART FILE}. The build runs it, so that the stack
 * applies exactly these rights and the launcher needs no Helm.
 */
public final class RenderOperatorAccount {

  /** The release and namespace that the rest of the stack expects. */
  private static final String RELEASE = "keygate";

  private static final String NAMESPACE = "keygate-system";
  private static final Set<String> KINDS =
      Set.of(
          "ServiceAccount",
          "ClusterRole",
          "ClusterRoleBinding",
          "Role",
          "RoleBinding",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");
  private static final Pattern KIND = Pattern.compile("(?m)^kind: (\\w+)$");

  private RenderOperatorAccount() {}

  static void main(String[] args) throws IOException {
    String rendered =
        new Helm(Path.of(args[0]))
            .template()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            // The chart insists on it; what is kept below does not depend on it.
            .set("database.url", "r2dbc:postgresql://127.0.0.1:5432/keygate")
            .call();
    String namespace =
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
        """
            .formatted(NAMESPACE);
    List<String> kept =
        Stream.concat(
                Stream.of(namespace),
                Stream.of(rendered.split("(?m)^---\\s*$")).filter(RenderOperatorAccount::isAccount))
            .map(String::strip)
            .toList();
    Path file = Path.of(args[1]);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, String.join("\n---\n", kept) + "\n");
  }

  private static boolean isAccount(String document) {
    Matcher kind = KIND.matcher(document);
    return kind.find() && KINDS.contains(kind.group(1));
  }
}
