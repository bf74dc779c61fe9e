package dev.keygate.local.quickstart;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a person asked {@code ./quickstart} for. */
sealed interface Request {

  /** Start a stack, and stay or return when it is ready. */
  record Up(Path directory, int gateways, int operators, boolean detach) implements Request {}

  /** Stop the stack of that directory. */
  record Down(Path directory) implements Request {}

  /** Nothing that can be done; the sentence says why. */
  record Unclear(String sentence) implements Request {}

  static Request parse(List<String> arguments, Path workingDirectory) {
    Path directory = workingDirectory.resolve(".keygate");
    int gateways = 1;
    int operators = 1;
    boolean detach = false;
    boolean down = false;
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String argument = rest.removeFirst();
      switch (argument) {
        case "--detach" -> detach = true;
        case "down" -> down = true;
        case "--dir", "--gateways", "--operators" -> {
          if (rest.isEmpty()) {
            return new Unclear(argument + " needs a value");
          }
          String value = rest.removeFirst();
          if (argument.equals("--dir")) {
            directory = workingDirectory.resolve(value);
          } else if (!value.matches("[0-9]")) {
            return new Unclear(argument + " takes a number from 0 to 9, not " + value);
          } else if (argument.equals("--gateways")) {
            gateways = Integer.parseInt(value);
          } else {
            operators = Integer.parseInt(value);
          }
        }
        default -> {
          return new Unclear("there is no " + argument);
        }
      }
    }
    directory = directory.toAbsolutePath().normalize();
    return down ? new Down(directory) : new Up(directory, gateways, operators, detach);
  }
}
