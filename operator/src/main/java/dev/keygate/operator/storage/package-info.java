/** How the operator reaches the store: one process-wide state, up or down. */
@NullMarked
package dev.keygate.operator.storage;

import org.jspecify.annotations.NullMarked;
