/** From a commit in the store to the view of a replica. */
@NullMarked
package dev.keygate.bench.notify;

import org.jspecify.annotations.NullMarked;
