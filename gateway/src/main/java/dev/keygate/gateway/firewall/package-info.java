/**
 * What a request's bytes may look like at all. A request that two readers could read differently is
 * refused before anything else looks at it; plain Java.
 */
@NullMarked
package dev.keygate.gateway.firewall;

import org.jspecify.annotations.NullMarked;
