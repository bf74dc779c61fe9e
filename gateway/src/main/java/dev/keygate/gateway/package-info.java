/**
 * The gateway as one process: its entry point and how its features are put together. A request goes
 * through {@code door} (four seams), is judged by {@code decision} on a snapshot of {@code view}
 * that {@code lease} says is fresh, and is counted by {@code usage}.
 */
@NullMarked
package dev.keygate.gateway;

import org.jspecify.annotations.NullMarked;
