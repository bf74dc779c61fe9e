/** Counters of decisions, each made before the first request. */
@NullMarked
package dev.keygate.gateway.metric;

import org.jspecify.annotations.NullMarked;
