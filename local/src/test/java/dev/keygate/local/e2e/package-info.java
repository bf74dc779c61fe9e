/** Tests of the whole system, used as its users use it: kubectl, curl's requests, and kill -9. */
@NullMarked
package dev.keygate.local.e2e;

import org.jspecify.annotations.NullMarked;
