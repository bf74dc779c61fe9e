/** What every benchmark says about the machine, and how it sums up what it measured. */
@NullMarked
package dev.keygate.bench.measure;

import org.jspecify.annotations.NullMarked;
