/** Tests of this package. */
@NullMarked
package dev.keygate.gateway.firewall;

import org.jspecify.annotations.NullMarked;
