/** An authenticated against a plain route of one gateway process. */
@NullMarked
package dev.keygate.bench.routes;

import org.jspecify.annotations.NullMarked;
