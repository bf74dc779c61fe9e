/** Placeholder. */
@NullMarked
package dev.keygate.operator;

import org.jspecify.annotations.NullMarked;
