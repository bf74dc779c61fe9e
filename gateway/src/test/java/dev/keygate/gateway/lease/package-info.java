/** Tests of this package. */
@NullMarked
package dev.keygate.gateway.lease;

import org.jspecify.annotations.NullMarked;
