/** Placeholder. */
@NullMarked
package dev.keygate.crds;

import org.jspecify.annotations.NullMarked;
