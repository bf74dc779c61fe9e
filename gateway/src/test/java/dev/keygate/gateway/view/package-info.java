/** Tests of this package. */
@NullMarked
package dev.keygate.gateway.view;

import org.jspecify.annotations.NullMarked;
