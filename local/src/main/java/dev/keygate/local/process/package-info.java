/**
 * Child processes that can be killed and started one by one, and that never outlive the launcher.
 */
@NullMarked
package dev.keygate.local.process;

import org.jspecify.annotations.NullMarked;
