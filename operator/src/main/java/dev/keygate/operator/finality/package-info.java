/**
 * Tells when every live gateway replica has taken over a change, or can no longer contradict it.
 */
@NullMarked
package dev.keygate.operator.finality;

import org.jspecify.annotations.NullMarked;
