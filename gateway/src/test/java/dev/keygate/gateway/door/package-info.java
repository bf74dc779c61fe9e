/** Tests of what every request passes, without a server. */
@NullMarked
package dev.keygate.gateway.door;

import org.jspecify.annotations.NullMarked;
