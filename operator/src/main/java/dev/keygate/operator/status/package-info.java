/** Writes the status of a resource: only when it differs, and never over somebody's newer one. */
@NullMarked
package dev.keygate.operator.status;

import org.jspecify.annotations.NullMarked;
