/** Tests of this package. */
@NullMarked
package dev.keygate.gateway.usage;

import org.jspecify.annotations.NullMarked;
