/** Tests of this package. */
@NullMarked
package dev.keygate.gateway.exchange;

import org.jspecify.annotations.NullMarked;
