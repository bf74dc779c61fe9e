/** This process's connections to the store, and its working life between start and stop. */
@NullMarked
package dev.keygate.gateway.store;

import org.jspecify.annotations.NullMarked;
