package dev.keygate.operator.instance;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.read.OrganizationRecord;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.Command.PutOrganization;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts organizations back where they were in a PostgreSQL that lost changes, from the live
 * resources.
 */
final class OrganizationSweep {

  private static final Logger LOGGER = LoggerFactory.getLogger(OrganizationSweep.class);

  private final KubernetesClient client;
  private final StoreGate store;
  private final StoreReader reader;
  private final FeedWriter writer;
  private final Effects effects;

  OrganizationSweep(
      KubernetesClient client,
      StoreGate store,
      StoreReader reader,
      FeedWriter writer,
      Effects effects) {
    this.client = client;
    this.store = store;
    this.reader = reader;
    this.writer = writer;
    this.effects = effects;
  }

  /** In rounds: one may be in the way of another until that one was moved. */
  void run() {
    List<OrganizationPlace> open = places();
    int before;
    do {
      before = open.size();
      open.removeIf(place -> isPut(place.row(), place.wanted()));
    } while (open.size() < before);
    for (OrganizationPlace place : open) {
      if (!isPut(place.row(), place.accepted())) {
        isPut(place.row(), place.suspended());
      }
    }
  }

  private List<OrganizationPlace> places() {
    return OrganizationPlace.all(
        client.resources(Organization.class).list().getItems(), store.get(reader.organizations()));
  }

  private boolean isPut(OrganizationRecord row, PutOrganization command) {
    if (OrganizationPlace.isAt(row, command)) {
      return true;
    }
    OrganizationResult result = effects.change(store, writer, command, row.name()).result();
    if (!(result instanceof OrganizationResult.Written)) {
      return false;
    }
    LOGGER
        .atWarn()
        .addKeyValue("name", row.name())
        .addKeyValue("organization", row.id())
        .log("put right an organization that PostgreSQL had brought back as it was before");
    return true;
  }
}
