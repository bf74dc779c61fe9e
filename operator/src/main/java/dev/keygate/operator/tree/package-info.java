/**
 * The organization tree in force, as this leader wrote it to the store, and what follows from it.
 */
@NullMarked
package dev.keygate.operator.tree;

import org.jspecify.annotations.NullMarked;
