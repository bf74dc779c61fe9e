/** The one entry to all benchmarks: each measures ratios within one interleaved run. */
@NullMarked
package dev.keygate.bench;

import org.jspecify.annotations.NullMarked;
