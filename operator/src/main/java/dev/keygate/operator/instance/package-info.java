/**
 * What the operator does before anybody relies on a PostgreSQL that was restarted, failed over or
 * restored: find out whether it lost changes, and end again what had been ended.
 */
@NullMarked
package dev.keygate.operator.instance;

import org.jspecify.annotations.NullMarked;
