package dev.keygate.crds.generate;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks the committed files against what they are made of (the API types, and for the chart's
 * copies the files in crds/tenancy), or writes them. The build runs it with {@code check}; a person
 * who changed a type runs it with {@code write}.
 */
final class GenerateFiles {

  private static final String HOW =
      "./mvnw -pl crds process-test-classes -Dgenerate=write, then commit the files";

  private GenerateFiles() {}

  @SuppressWarnings("SystemOut") // a command of the build; its output is for the person who runs it
  public static void main(String[] args) throws IOException {
    if (args.length != 2 || !(args[0].equals("check") || args[0].equals("write"))) {
      System.err.println("expected: check|write REPOSITORY; use " + HOW);
      System.exit(2);
    }
    Path repository = Path.of(args[1]).toRealPath();
    boolean drift = false;
    for (var file : files(repository).entrySet()) {
      Path path = repository.resolve(file.getKey());
      String committed = Files.exists(path) ? Files.readString(path) : "";
      if (committed.equals(file.getValue())) {
        continue;
      }
      if (args[0].equals("write")) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
        System.out.println("wrote " + file.getKey());
      } else {
        drift = true;
        System.err.println(file.getKey() + " differs from what it is made of: run " + HOW + ".");
      }
    }
    if (drift) {
      System.exit(1);
    }
  }

  /** Content by path within the repository. */
  private static Map<String, String> files(Path repository) throws IOException {
    var organization = CrdManifest.of(Organization.class);
    var apiKey = CrdManifest.of(ApiKey.class);
    var files = new LinkedHashMap<String, String>();
    for (String directory : new String[] {"crds/", "helm/keygate/crds/"}) {
      files.put(directory + "organizations.yaml", organization.yaml());
      files.put(directory + "apikeys.yaml", apiKey.yaml());
    }
    // Written by hand; a chart can only read what is inside it.
    for (String file : new String[] {"admission-policies.yaml", "cluster-roles.yaml"}) {
      files.put(
          "helm/keygate/tenancy/" + file,
          Files.readString(repository.resolve("crds/tenancy").resolve(file)));
    }
    files.put("docs/resources.md", ReferencePage.of(organization, apiKey));
    return files;
  }
}
