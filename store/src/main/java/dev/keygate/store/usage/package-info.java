/** Requests and last use by key version, added exactly once. */
@NullMarked
package dev.keygate.store.usage;

import org.jspecify.annotations.NullMarked;
