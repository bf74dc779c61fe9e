/** Many keys are rotated while their clients go on. */
@NullMarked
package dev.keygate.bench.rotate;

import org.jspecify.annotations.NullMarked;
