/** The command behind {@code ./quickstart}. */
@NullMarked
package dev.keygate.local.quickstart;

import org.jspecify.annotations.NullMarked;
