/** The exchanges that are open now: who has them, and how they end when their key is no good. */
@NullMarked
package dev.keygate.gateway.exchange;

import org.jspecify.annotations.NullMarked;
