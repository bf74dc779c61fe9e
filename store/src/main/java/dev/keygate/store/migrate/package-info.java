/** Creates and upgrades the schema and the rights of the operator's and gateway's roles. */
@NullMarked
package dev.keygate.store.migrate;

import org.jspecify.annotations.NullMarked;
