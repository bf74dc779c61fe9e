/** One gateway in a process of its own, and what stands behind it. */
@NullMarked
package dev.keygate.bench.gateway;

import org.jspecify.annotations.NullMarked;
