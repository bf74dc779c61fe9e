package dev.keygate.store.write;

import dev.keygate.store.feed.FeedPosition;

/**
 * A command's answer.
 *
 * @param position where it stands in the feed; the head when it changed nothing
 * @param knownAtNanos {@link System#nanoTime} when the commit became known here
 */
public record Committed<R>(R result, FeedPosition position, long knownAtNanos) {}
