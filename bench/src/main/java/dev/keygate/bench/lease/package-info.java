/** What the lease and the acknowledgement cost in requests per second. */
@NullMarked
package dev.keygate.bench.lease;

import org.jspecify.annotations.NullMarked;
