/** Tests of the key's format and hash. */
@NullMarked
package dev.keygate.store.key;

import org.jspecify.annotations.NullMarked;
