package dev.keygate.local.controlplane;

import java.util.Set;

/** How one way of obtaining programs ended. */
sealed interface Attempt {

  /** The programs are in the folder that was asked for. */
  record Obtained(Set<Program> programs) implements Attempt {
    public Obtained {
      programs = Set.copyOf(programs);
    }
  }

  /** Nothing came of it. The reason is a clause that follows "because". */
  record Unavailable(String reason) implements Attempt {}
}
