/**
 * A real PostgreSQL with Keygate's schema and any number of keys, for benchmarks without a cluster.
 */
@NullMarked
package dev.keygate.bench.store;

import org.jspecify.annotations.NullMarked;
