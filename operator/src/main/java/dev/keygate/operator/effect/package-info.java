/**
 * Where the operator's side effects can be watched from the outside: the fault tests stop or kill
 * it before and after each of them. In production nobody watches.
 */
@NullMarked
package dev.keygate.operator.effect;

import org.jspecify.annotations.NullMarked;
