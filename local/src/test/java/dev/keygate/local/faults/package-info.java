/**
 * The fault suite: everything that can break between and inside the programs is broken, while a
 * checker of its own process watches. Short in {@code verify}, long with {@code -Pfaults}.
 */
@NullMarked
package dev.keygate.local.faults;

import org.jspecify.annotations.NullMarked;
