package dev.keygate.bench.revoke;

import dev.keygate.bench.stack.BenchStack;
import dev.keygate.bench.stack.Database;
import dev.keygate.bench.stack.Refusals;
import dev.keygate.bench.stack.Watched;
import dev.keygate.bench.stack.Watched.Seen;
import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.RevocationStatus;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Revokes one key after the other, and notes from outside how far each has come, and when. */
final class Revoker implements AutoCloseable {

  private static final String OPERATOR_NAMESPACE = "keygate-system";
  private static final String ANCHOR = "keygate-anchor";

  private final BenchStack stack;
  private final Watched<Secret> secrets;
  private final Watched<ConfigMap> anchor;
  private final Notifications notifications;
  private final Connection database;
  private final Refusals refusals;

  Revoker(BenchStack stack) throws SQLException {
    this.stack = stack;
    this.secrets = Watched.of(stack.client().secrets().inNamespace(BenchStack.NAMESPACE));
    this.anchor =
        Watched.of(stack.client().configMaps().inNamespace(OPERATOR_NAMESPACE).withName(ANCHOR));
    String url = stack.local().endpoints().databaseUrl();
    this.notifications = Notifications.listen(url);
    this.database = Database.connect(url);
    this.refusals = new Refusals(stack.gateways());
  }

  /** Returns once it is final; fails when a gateway answers the key after that. */
  Revocation revoke(String name) throws Exception {
    String key = stack.secret(name);
    CompletableFuture<Seen<ApiKey>> told = stack.keys().when(name, Revoker::isFinal);
    CompletableFuture<Seen<Secret>> gone = secrets.when(name, Optional::isEmpty);
    stack.patch(stack.key(name), "{\"spec\":{\"revoked\":true}}");
    Map<Moment, Instant> moments = new EnumMap<>(Moment.class);
    moments.put(Moment.ACCEPTED, Instant.now());
    Seen<ApiKey> last = BenchStack.await(told);
    refusals.requireAll(key);
    ApiKey resource = last.resource().orElseThrow();
    RevocationStatus status = revocation(resource).orElseThrow();
    StoreTimes store =
        StoreTimes.read(database, resource.getMetadata().getUid(), stack.gateways().size());
    moments.put(Moment.SEEN, Instant.parse(String.valueOf(status.getRequestedAt())));
    moments.put(Moment.BEGUN, store.begun());
    moments.put(Moment.COMMITTED, store.committed());
    moments.put(Moment.NOTIFIED, notifications.arrival(store.seq()));
    moments.put(Moment.ACKNOWLEDGING, store.acknowledging());
    moments.put(Moment.ACKNOWLEDGED, store.acknowledged());
    moments.put(Moment.FINAL, Instant.parse(String.valueOf(status.getFinalAt())));
    moments.put(Moment.ANCHORED, anchored(store.seq()));
    moments.put(Moment.SECRET_GONE, BenchStack.await(gone).at());
    moments.put(Moment.TOLD, last.at());
    return new Revocation(moments);
  }

  private Instant anchored(long seq) throws Exception {
    return BenchStack.await(
            anchor.when(
                ANCHOR,
                map ->
                    map.filter(it -> Long.parseLong(it.getData().get("seq")) >= seq).isPresent()))
        .at();
  }

  private static boolean isFinal(Optional<ApiKey> key) {
    return key.flatMap(Revoker::revocation).filter(it -> it.getFinalAt() != null).isPresent();
  }

  private static Optional<RevocationStatus> revocation(ApiKey key) {
    return Optional.ofNullable(key.getStatus()).map(ApiKeyStatus::getRevocation);
  }

  @Override
  public void close() throws Exception {
    refusals.close();
    database.close();
    notifications.close();
    anchor.close();
    secrets.close();
  }
}
