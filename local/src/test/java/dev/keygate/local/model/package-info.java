/**
 * A small model of the feed, lease and acknowledgement protocol, explored state by state, to show
 * that a revocation that is called final is final.
 */
@NullMarked
package dev.keygate.local.model;

import org.jspecify.annotations.NullMarked;
