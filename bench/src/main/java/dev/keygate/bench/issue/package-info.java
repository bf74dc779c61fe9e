/** Many ApiKeys at once on the whole local stack, and what they cost its servers. */
@NullMarked
package dev.keygate.bench.issue;

import org.jspecify.annotations.NullMarked;
