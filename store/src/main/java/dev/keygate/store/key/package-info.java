/** What an API key looks like, and the hash that stands for it. */
@NullMarked
package dev.keygate.store.key;

import org.jspecify.annotations.NullMarked;
