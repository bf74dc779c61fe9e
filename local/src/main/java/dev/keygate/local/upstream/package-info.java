/**
 * A demo upstream that answers with what it received, so that a person sees what the gateway sent.
 */
@NullMarked
package dev.keygate.local.upstream;

import org.jspecify.annotations.NullMarked;
