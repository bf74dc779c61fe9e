/** How Keygate's processes connect to PostgreSQL, and what they refuse to connect to. */
@NullMarked
package dev.keygate.store.connection;

import org.jspecify.annotations.NullMarked;
