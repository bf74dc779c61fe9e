/** Brings Organization resources into the store and says in their status what came of it. */
@NullMarked
package dev.keygate.operator.organization;

import org.jspecify.annotations.NullMarked;
