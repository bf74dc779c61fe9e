package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.stack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The ready-made roles, and what the built-in ones gain by them. */
@ExtendWith(BareStack.class)
class TenantRolesIT {

  private static Tenants tenants;

  @BeforeAll
  static void prepare(LocalStack stack) throws Exception {
    tenants = Tenants.of(stack);
  }

  @ParameterizedTest(name = "{0} may {1} {2} in \"{3}\": {4}")
  @CsvSource({
    "vera, list, apikeys.keygate.dev, demo, yes",
    "vera, patch, apikeys.keygate.dev, demo, no",
    "vera, list, apikeys.keygate.dev, elsewhere, no",
    "bob, create, apikeys.keygate.dev, demo, yes",
    "bob, delete, apikeys.keygate.dev, demo, yes",
    "bob, patch, apikeys.keygate.dev/status, demo, no",
    "bob, update, apikeys.keygate.dev/finalizers, demo, no",
    "bob, override, apikeys.keygate.dev/secret, demo, no",
    "bob, issue, organizations.keygate.dev/acme, '', no",
    "bob, patch, organizations.keygate.dev/acme, '', no",
    "ann, create, apikeys.keygate.dev, demo, yes",
    "ann, get, secrets, demo, no",
    "ann, issue, organizations.keygate.dev/acme, '', yes",
    "ann, issue, organizations.keygate.dev/acme-eu-sales, '', yes",
    "ann, issue, organizations.keygate.dev/globex, '', no",
    "ann, issue, organizations.keygate.dev, '', no",
    "ann, get, organizations.keygate.dev/acme, '', yes",
    "ann, patch, organizations.keygate.dev/acme, '', no",
    "ann, adopt, organizations.keygate.dev/acme, '', no",
    "nat, issue, organizations.keygate.dev/acme, '', no",
    "pat, create, organizations.keygate.dev, '', yes",
    "pat, issue, organizations.keygate.dev/globex, '', yes",
    "pat, adopt, organizations.keygate.dev, '', yes",
    "pat, patch, apikeys.keygate.dev/status, demo, no",
    "pat, patch, organizations.keygate.dev/status, '', no",
    "pat, override, apikeys.keygate.dev/secret, demo, no",
    "pat, get, secrets, demo, no",
  })
  void roleAllowsWhatItIsForAndNoMoreWhenAsked(
      String user, String verb, String resource, String namespace, String answer) {
    assertThat(canI(tenants.named(user), verb, resource, namespace)).isEqualTo(answer);
  }

  static List<String> linesToCopy() throws IOException {
    try (Stream<String> lines = Files.lines(BareStack.ROOT.resolve("docs/tenancy.md"))) {
      return lines.filter(line -> line.startsWith("kubectl ")).toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("linesToCopy")
  void lineOfTheDocumentWorksWhenCopied(String line) {
    String options = line.contains("auth can-i") ? "" : " --dry-run=server";
    String[] arguments =
        (line + options)
            .substring("kubectl ".length())
            .replaceAll(" ((crds|examples)/\\S*)", " " + BareStack.ROOT + "/$1")
            .split(" ");

    assertThat(tenants.admin().does(arguments)).containsPattern("yes|\\(server dry run\\)");
  }

  private static String canI(Person person, String verb, String resource, String namespace) {
    List<String> question = new ArrayList<>(List.of("auth", "can-i", verb));
    int slash = resource.indexOf('/');
    boolean object =
        resource.startsWith("organizations.keygate.dev/")
            && namespace.isEmpty()
            && !resource.endsWith("/status");
    if (slash < 0 || object) {
      question.add(resource);
    } else {
      question.add(resource.substring(0, slash));
      question.add("--subresource=" + resource.substring(slash + 1));
    }
    if (!namespace.isEmpty()) {
      question.add("--namespace=" + namespace);
    }
    try {
      return lastLine(person.does(question.toArray(String[]::new)));
    } catch (CommandFailedException refused) {
      return lastLine(refused.output());
    }
  }

  /** What comes before it are warnings. */
  private static String lastLine(String output) {
    return output.strip().lines().reduce("", (_, line) -> line);
  }
}
