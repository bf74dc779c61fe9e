/** Who leads, and what runs while this process does. */
@NullMarked
package dev.keygate.operator.leadership;

import org.jspecify.annotations.NullMarked;
