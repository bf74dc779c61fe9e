/** Takes from the chart, at build time, what the local stack needs of it. */
@NullMarked
package dev.keygate.local.chart;

import org.jspecify.annotations.NullMarked;
