/** The whole gateway in this JVM, on a real PostgreSQL and with an upstream that records. */
@NullMarked
package dev.keygate.gateway;

import org.jspecify.annotations.NullMarked;
