package dev.keygate.local.faults;

/** An operator that can be made to crash. */
interface Operator {

  /** Ends it without any cleaning up: what it had begun stays as it is. */
  void crash() throws InterruptedException;

  /** Starts it again, and does not wait for it to lead. */
  void begin() throws InterruptedException;

  /** Returns when it leads again. */
  void start() throws InterruptedException;

  /** What stops its work. */
  Failpoints failpoints();
}
