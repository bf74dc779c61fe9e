/** From a revocation that the API server accepted to its end in the status. */
@NullMarked
package dev.keygate.bench.revoke;

import org.jspecify.annotations.NullMarked;
