package dev.keygate.gateway.usage;

import dev.keygate.store.usage.Straggler;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Who used retiring versions since the last flush. Recording takes no lock and never fails. Memory
 * is bounded: at most {@value #MOST_CLIENTS} clients (roughly) of each of {@value #MOST_VERSIONS}
 * versions, with short texts; more of them are recorded again after the next flush. A few may be
 * lost or counted twice: this is for people to look at, nothing is decided by it.
 */
public final class StragglerRecorder {

  static final int MOST_CLIENTS = 100;
  static final int MOST_VERSIONS = 1_000;

  private final InstantSource clock;
  private final ConcurrentMap<String, ConcurrentMap<Client, Straggler>> versions =
      new ConcurrentHashMap<>();

  public StragglerRecorder(InstantSource clock) {
    this.clock = clock;
  }

  /** From any thread. The texts may be whatever a client sends. */
  public void record(String keyId, String source, String userAgent, String route) {
    ConcurrentMap<Client, Straggler> clients = versions.get(keyId);
    if (clients == null) {
      if (versions.size() >= MOST_VERSIONS) {
        return;
      }
      clients = versions.computeIfAbsent(keyId, id -> new ConcurrentHashMap<>());
    }
    Straggler seen = new Straggler(keyId, source, userAgent, route, clock.instant(), 1);
    Client client = new Client(seen.source(), seen.userAgent(), seen.route());
    if (clients.size() < MOST_CLIENTS || clients.containsKey(client)) {
      clients.merge(client, seen, StragglerRecorder::both);
    }
  }

  /** Takes what was recorded; by one thread at a time. */
  List<Straggler> drain() {
    List<Straggler> drained = new ArrayList<>();
    versions.forEach(
        (keyId, clients) -> {
          versions.remove(keyId);
          drained.addAll(clients.values());
        });
    return drained;
  }

  private static Straggler both(Straggler before, Straggler now) {
    return new Straggler(
        now.keyId(),
        now.source(),
        now.userAgent(),
        now.route(),
        now.lastSeen(),
        before.requests() + now.requests());
  }

  private record Client(String source, String userAgent, String route) {}
}
