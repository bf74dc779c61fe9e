/** The whole system on one machine: what {@code ./quickstart} and the end-to-end tests run on. */
@NullMarked
package dev.keygate.local;

import org.jspecify.annotations.NullMarked;
