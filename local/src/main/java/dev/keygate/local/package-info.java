/** Placeholder. */
@NullMarked
package dev.keygate.local;

import org.jspecify.annotations.NullMarked;
