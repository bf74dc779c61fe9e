/** Writes Kubernetes Events, best effort. */
@NullMarked
package dev.keygate.operator.event;

import org.jspecify.annotations.NullMarked;
