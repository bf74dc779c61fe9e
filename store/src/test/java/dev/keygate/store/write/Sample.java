package dev.keygate.store.write;

import dev.keygate.store.key.KeyHash;
import dev.keygate.store.write.Command.ActivateVersion;
import dev.keygate.store.write.Command.IssueVersion;
import dev.keygate.store.write.Command.KeySpec;
import dev.keygate.store.write.Command.PutOrganization;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Commands with plausible values. */
public final class Sample {

  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private Sample() {}

  public static PutOrganization organization(String id, @Nullable String parentId) {
    return new PutOrganization("uid-" + id, id, id, parentId, "The " + id, null, false);
  }

  public static KeySpec key(String name, String organizationId) {
    return new KeySpec(
        "uid-" + name, "team", name, organizationId, "live", List.of("contacts:read"), null);
  }

  public static IssueVersion issue(KeySpec key, String keyId) {
    return new IssueVersion(
        key, keyId, KeyHash.of("secret-" + keyId), "pc_live_...abcd", "Created", 0);
  }

  public static ActivateVersion activate(KeySpec key, String keyId, Duration overlap) {
    return new ActivateVersion(key.uid(), keyId, overlap);
  }

  public static <R> Committed<R> submit(FeedWriter writer, Command<R> command) {
    return Objects.requireNonNull(writer.submit(command).block(PATIENCE));
  }

  public static <R> R result(FeedWriter writer, Command<R> command) {
    return submit(writer, command).result();
  }

  /** All at once, so that they share transactions. */
  public static <R> List<Committed<R>> submitAll(FeedWriter writer, List<Command<R>> commands) {
    return Flux.fromIterable(commands)
        .flatMapSequential(writer::submit, commands.size())
        .collectList()
        .blockOptional(PATIENCE)
        .orElseThrow();
  }
}
