/** What both controllers share: their caches, how they wake each other, whose turn it is. */
@NullMarked
package dev.keygate.operator.cluster;

import org.jspecify.annotations.NullMarked;
