/**
 * What a request may do: pure functions of the request, a snapshot of the view and the time. Knows
 * neither Spring nor Reactor.
 */
@NullMarked
package dev.keygate.gateway.decision;

import org.jspecify.annotations.NullMarked;
