/** Answers that the gateway gives itself, from its view, so that a key can be tried out. */
@NullMarked
package dev.keygate.gateway.endpoint;

import org.jspecify.annotations.NullMarked;
