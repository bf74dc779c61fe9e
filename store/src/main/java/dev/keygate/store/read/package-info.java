/** What the operator reads back from the store to decide on. */
@NullMarked
package dev.keygate.store.read;

import org.jspecify.annotations.NullMarked;
