/** Placeholder. */
@NullMarked
package dev.keygate.gateway;

import org.jspecify.annotations.NullMarked;
