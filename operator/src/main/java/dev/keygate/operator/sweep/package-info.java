/** Finds keys and organizations in the store whose resource is gone. */
@NullMarked
package dev.keygate.operator.sweep;

import org.jspecify.annotations.NullMarked;
