package dev.keygate.bench.load;

/**
 * One stretch of load.
 *
 * @param nanos from the first request sent to the last one answered
 * @param cpuNanos of the gateway's process meanwhile
 */
public record Window(long requests, long nanos, long cpuNanos) {

  public double perSecond() {
    return requests * 1e9 / nanos;
  }

  /** Microseconds. */
  public double cpuPerRequest() {
    return cpuNanos / 1e3 / requests;
  }
}
