/** Counts requests by key version and hour, and brings the counts to the store exactly once. */
@NullMarked
package dev.keygate.gateway.usage;

import org.jspecify.annotations.NullMarked;
