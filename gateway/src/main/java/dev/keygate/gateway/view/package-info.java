/**
 * All usable keys and the organization tree in memory, as one immutable snapshot behind one
 * volatile reference; plain Java, fed by the store's change feed.
 */
@NullMarked
package dev.keygate.gateway.view;

import org.jspecify.annotations.NullMarked;
