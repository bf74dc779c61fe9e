/** Tests of the package on a real PostgreSQL, or in-process. */
@NullMarked
package dev.keygate.store.read;

import org.jspecify.annotations.NullMarked;
