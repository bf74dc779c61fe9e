/** Tests of what is done about a PostgreSQL that went back in time. */
@NullMarked
package dev.keygate.operator.instance;

import org.jspecify.annotations.NullMarked;
