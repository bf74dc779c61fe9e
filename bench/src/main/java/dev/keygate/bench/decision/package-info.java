/** The pure decision and the memory of what it rests on, with few keys and with many. */
@NullMarked
package dev.keygate.bench.decision;

import org.jspecify.annotations.NullMarked;
