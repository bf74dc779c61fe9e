/** Tests of this package. */
@NullMarked
package dev.keygate.gateway.decision;

import org.jspecify.annotations.NullMarked;
