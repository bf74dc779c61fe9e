package dev.keygate.store.feed;

import java.util.UUID;

/**
 * A place in the feed. Two positions are the same only if all three agree: after a failover that
 * lost commits the same number can stand for another change.
 */
public record FeedPosition(UUID epoch, long seq, UUID changeId) {}
