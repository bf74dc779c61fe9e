/** The local stack under a benchmark: what is applied to it, and what it shows from outside. */
@NullMarked
package dev.keygate.bench.stack;

import org.jspecify.annotations.NullMarked;
