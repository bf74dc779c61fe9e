/** Gateway replicas: registration, renewal, and which position each has acknowledged. */
@NullMarked
package dev.keygate.store.lease;

import org.jspecify.annotations.NullMarked;
