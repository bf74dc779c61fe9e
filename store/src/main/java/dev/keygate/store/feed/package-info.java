/**
 * The readers' side of the change feed: a full view, then every change in commit order, gaps
 * impossible.
 */
@NullMarked
package dev.keygate.store.feed;

import org.jspecify.annotations.NullMarked;
