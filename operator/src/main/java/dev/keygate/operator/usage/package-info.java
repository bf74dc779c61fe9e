/** Brings request counts into ApiKey status, within a budget of writes. */
@NullMarked
package dev.keygate.operator.usage;

import org.jspecify.annotations.NullMarked;
