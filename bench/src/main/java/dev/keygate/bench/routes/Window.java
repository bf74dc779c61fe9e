package dev.keygate.bench.routes;

/**
 * One stretch of load.
 *
 * @param nanos from the first request sent to the last one answered
 * @param cpuNanos of the gateway's process meanwhile
 */
record Window(long requests, long nanos, long cpuNanos) {

  double perSecond() {
    return requests * 1e9 / nanos;
  }

  /** Microseconds. */
  double cpuPerRequest() {
    return cpuNanos / 1e3 / requests;
  }
}
