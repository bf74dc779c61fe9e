package dev.keygate.operator.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.util.function.Supplier;

/**
 * A lock that tells how the API server does; the elector itself would log every failure.
 *
 * <p>Whatever goes wrong is a {@link KubernetesClientException}: after anything else fabric8's
 * elector ends without saying so, and the process would never campaign again.
 *
 * @param pulse is told of each call, when it begins and when it ends
 */
record ObservedLock(Lock lock, ApiServerState apiServer, Pulse pulse) implements Lock {

  @Override
  public LeaderElectionRecord get(KubernetesClient client) {
    return observe(() -> lock.get(client));
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    observe(
        () -> {
          lock.create(client, record);
          return record;
        });
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    observe(
        () -> {
          lock.update(client, withoutHolder(record));
          return record;
        });
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }

  /**
   * A record that is given back has no holder. The lock is written by a merge patch, in which an
   * absent field changes nothing, so that the holder would stay and the others wait for the whole
   * lease: an empty name frees it at once.
   */
  private static LeaderElectionRecord withoutHolder(LeaderElectionRecord record) {
    if (record.getHolderIdentity() != null) {
      return record;
    }
    return new LeaderElectionRecord(
        "",
        record.getLeaseDuration(),
        record.getAcquireTime(),
        record.getRenewTime(),
        record.getLeaderTransitions());
  }

  private LeaderElectionRecord observe(Supplier<LeaderElectionRecord> call) {
    pulse.beat();
    try {
      LeaderElectionRecord answer = call.get();
      apiServer.answered();
      return answer;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        apiServer.answered(); // Somebody else was faster.
      } else {
        apiServer.failed(e);
      }
      throw e;
    } catch (RuntimeException | Error e) {
      apiServer.unexpected(e);
      throw new KubernetesClientException("the lease can't be used: " + e, e);
    } finally {
      pulse.beat();
    }
  }
}
