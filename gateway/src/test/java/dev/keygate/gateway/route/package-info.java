/** Tests of this package. */
@NullMarked
package dev.keygate.gateway.route;

import org.jspecify.annotations.NullMarked;
