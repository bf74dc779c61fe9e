/** Tests of the package on a real PostgreSQL, or in-process. */
@NullMarked
package dev.keygate.store.migrate;

import org.jspecify.annotations.NullMarked;
