/** Lets the fault suite run a term of leadership inside the JVM of the test. */
@NullMarked
package dev.keygate.operator.leadership;

import org.jspecify.annotations.NullMarked;
