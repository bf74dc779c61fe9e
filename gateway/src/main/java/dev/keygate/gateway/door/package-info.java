/**
 * The four seams that every request passes: the filter before anything else, the mapping that picks
 * the route, the handler that decides, and the last look at what is about to be sent upstream.
 */
@NullMarked
package dev.keygate.gateway.door;

import org.jspecify.annotations.NullMarked;
