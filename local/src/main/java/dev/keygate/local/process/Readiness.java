package dev.keygate.local.process;

/** Tells whether a process serves. Asked every few milliseconds, from one thread at a time. */
@FunctionalInterface
public interface Readiness {

  /** An exception means "not yet". */
  boolean ready() throws Exception;
}
