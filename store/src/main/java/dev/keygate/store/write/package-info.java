/**
 * The writer's side of the change feed: commands, batched into fenced transactions in commit order.
 */
@NullMarked
package dev.keygate.store.write;

import org.jspecify.annotations.NullMarked;
