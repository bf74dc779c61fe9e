package dev.keygate.store.write;

import java.util.UUID;

/**
 * What every write of one leadership carries. The leader's id is new at each acquisition: a
 * restored database can bring an old term back.
 */
record Fence(long term, UUID leader) {}
