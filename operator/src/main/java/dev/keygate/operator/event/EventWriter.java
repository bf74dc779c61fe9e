package dev.keygate.operator.event;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.status.StatusWriter;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits {@code events.k8s.io/v1} Events. A failed Event is logged at DEBUG and otherwise ignored:
 * it must never fail a reconcile.
 */
public final class EventWriter {

  private static final Logger LOGGER = LoggerFactory.getLogger(EventWriter.class);
  private static final String CONTROLLER = "keygate.dev/operator";

  /** The API's limit on a note, in bytes; ours are ASCII but for names that people chose. */
  private static final int MAX_NOTE = 1_000;

  /** Where Events about cluster-scoped objects live. */
  private static final String CLUSTER_SCOPED_NAMESPACE = "default";

  private static final int MAX_REMEMBERED = 10_000;

  private final KubernetesClient client;
  private final Effects effects;
  private final String instance;
  private final Clock clock;
  private final Map<String, Integer> repeated = new ConcurrentHashMap<>();

  public EventWriter(KubernetesClient client, Effects effects, String instance, Clock clock) {
    this.client = client;
    this.effects = effects;
    this.instance = instance;
    this.clock = clock;
  }

  /** Says it again, as the next of a series, when the same has happened before. */
  public void emit(HasMetadata about, boolean warning, Reason reason, String note) {
    emit(about, warning, reason, note, true);
  }

  /** Says it unless it was said before, by another process too, for as long as Events are kept. */
  public void emitOnce(HasMetadata about, boolean warning, Reason reason, String note) {
    emit(about, warning, reason, note, false);
  }

  private void emit(HasMetadata about, boolean warning, Reason reason, String note, boolean again) {
    effects.before(Effects.EVENT, Effects.nameOf(about));
    try {
      write(about, warning, reason.name(), shorten(note), again);
    } catch (KubernetesClientException e) {
      LOGGER
          .atDebug()
          .addKeyValue("kind", about.getKind())
          .addKeyValue("namespace", about.getMetadata().getNamespace())
          .addKeyValue("name", about.getMetadata().getName())
          .addKeyValue("reason", reason)
          .addKeyValue("error", e.getMessage())
          .log("event not written");
    }
    effects.after(Effects.EVENT, Effects.nameOf(about));
  }

  private void write(
      HasMetadata about, boolean warning, String reason, String note, boolean again) {
    String namespace =
        Objects.requireNonNullElse(about.getMetadata().getNamespace(), CLUSTER_SCOPED_NAMESPACE);
    String name =
        EventName.of(about.getMetadata().getName(), about.getMetadata().getUid(), reason, note);
    MicroTime now = new MicroTime(microseconds(clock.instant()));
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .withEventTime(now)
            .withReportingController(CONTROLLER)
            .withReportingInstance(instance)
            .withAction("Reconcile")
            .withReason(reason)
            .withNote(note)
            .withType(warning ? "Warning" : "Normal")
            .withRegarding(
                new ObjectReferenceBuilder()
                    .withApiVersion(about.getApiVersion())
                    .withKind(about.getKind())
                    .withNamespace(about.getMetadata().getNamespace())
                    .withName(about.getMetadata().getName())
                    .withUid(about.getMetadata().getUid())
                    .build())
            .build();
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      if (again) {
        repeat(event, clock.instant());
      }
    }
  }

  /** The count is this process's own; without reading Events the true one can't be known. */
  private void repeat(Event event, Instant now) {
    if (repeated.size() > MAX_REMEMBERED) {
      repeated.clear();
    }
    int count = repeated.merge(key(event), 2, (old, _) -> old + 1);
    // By the object, not by its name: for a name the client reads the Event first, which the
    // operator may not.
    client
        .resource(event)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(StatusWriter.FIELD_MANAGER)
                .build(),
            "{\"series\":{\"count\":%d,\"lastObservedTime\":\"%s\"}}"
                .formatted(count, microseconds(now)));
  }

  private static String key(Event event) {
    return event.getMetadata().getNamespace() + "/" + event.getMetadata().getName();
  }

  private static String shorten(String note) {
    return note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE - 1) + "…";
  }

  private static String microseconds(Instant time) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
        .withZone(ZoneOffset.UTC)
        .format(time);
  }
}
