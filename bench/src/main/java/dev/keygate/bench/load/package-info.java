/** Keeps gateways busy. */
@NullMarked
package dev.keygate.bench.load;

import org.jspecify.annotations.NullMarked;
