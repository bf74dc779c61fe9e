/** The vocabulary of status conditions, and the one place where transition times are decided. */
@NullMarked
package dev.keygate.operator.condition;

import org.jspecify.annotations.NullMarked;
