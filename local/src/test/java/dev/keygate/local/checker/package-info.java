/**
 * A process of its own that watches a running Keygate from outside, as a distrustful user would:
 * through {@code kubectl proxy}, SQL reads and requests. It knows the product's contract and none
 * of its code.
 */
@NullMarked
package dev.keygate.local.checker;

import org.jspecify.annotations.NullMarked;
