/** What the tests of the store share: a real PostgreSQL with a fresh database for each class. */
@NullMarked
package dev.keygate.store;

import org.jspecify.annotations.NullMarked;
