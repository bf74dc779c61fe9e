/**
 * The operator's process: it starts either the migration of the store or the loop that campaigns
 * for leadership and, while it leads, reconciles Organizations and ApiKeys.
 */
@NullMarked
package dev.keygate.operator;

import org.jspecify.annotations.NullMarked;
