/** The processes of the local stack, one class each, and the order in which they come up. */
@NullMarked
package dev.keygate.local.stack;

import org.jspecify.annotations.NullMarked;
