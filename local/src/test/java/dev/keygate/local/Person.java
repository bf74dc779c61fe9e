package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.stack.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Somebody who uses kubectl.
 *
 * @param identity the options that say who it is; none for the administrator
 */
record Person(Kubectl kubectl, List<String> identity) {

  Person {
    identity = List.copyOf(identity);
  }

  static Person impersonated(Kubectl kubectl, String user, String... groups) {
    List<String> identity = new ArrayList<>(List.of("--as=" + user));
    for (String group : groups) {
      identity.add("--as-group=" + group);
    }
    return new Person(kubectl, identity);
  }

  /** Runs kubectl, which must succeed, and returns what it printed. */
  String does(String... arguments) {
    List<String> all = new ArrayList<>(identity);
    all.addAll(List.of(arguments));
    try {
      return kubectl.run(all.toArray(String[]::new));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs kubectl, which the API server must refuse, and returns what it printed. */
  String isRefused(String... arguments) {
    try {
      String output = does(arguments);
      throw new AssertionError(
          identity + " was allowed to " + String.join(" ", arguments) + ": " + output);
    } catch (CommandFailedException e) {
      assertThat(e.output()).containsIgnoringCase("forbidden");
      return e.output();
    }
  }

  String creates(String manifest, String... options) {
    return with("create", manifest, options, this::does);
  }

  String isRefusedToCreate(String manifest, String... options) {
    return with("create", manifest, options, this::isRefused);
  }

  String applies(String manifest, String... options) {
    return with("apply", manifest, options, this::does);
  }

  String isRefusedToApply(String manifest, String... options) {
    return with("apply", manifest, options, this::isRefused);
  }

  String replaces(String manifest) {
    return with("replace", manifest, new String[0], this::does);
  }

  String isRefusedToReplace(String manifest) {
    return with("replace", manifest, new String[0], this::isRefused);
  }

  private static String with(
      String verb, String manifest, String[] options, Function<String[], String> run) {
    try {
      Path file = Files.createTempFile("manifest-", ".yaml");
      try {
        Files.writeString(file, manifest);
        List<String> arguments = new ArrayList<>(List.of(verb, "--filename=" + file));
        arguments.addAll(List.of(options));
        return run.apply(arguments.toArray(String[]::new));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Patches an object of the namespace {@code demo} or of the cluster; quotes may be single. */
  String patches(String kind, String name, String patch, String... options) {
    return does(patching(kind, name, patch, options));
  }

  String isRefusedToPatch(String kind, String name, String patch, String... options) {
    return isRefused(patching(kind, name, patch, options));
  }

  private static String[] patching(String kind, String name, String patch, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("patch", kind, name, "--namespace=" + Tenants.NAMESPACE));
    arguments.add("--type=" + (patch.startsWith("[") ? "json" : "merge"));
    arguments.add("--patch=" + patch.replace('\'', '"'));
    arguments.addAll(List.of(options));
    return arguments.toArray(String[]::new);
  }

  /** One field of an object of the namespace {@code demo} or of the cluster. */
  String reads(String kind, String name, String path) {
    return does(
        "get", kind, name, "--namespace=" + Tenants.NAMESPACE, "--output=jsonpath={" + path + "}");
  }
}
