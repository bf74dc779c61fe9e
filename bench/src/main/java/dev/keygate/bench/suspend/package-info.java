/** An organization of many keys is suspended, beside one with a single key. */
@NullMarked
package dev.keygate.bench.suspend;

import org.jspecify.annotations.NullMarked;
