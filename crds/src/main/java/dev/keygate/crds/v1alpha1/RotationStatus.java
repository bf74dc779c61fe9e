package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rotation under way, or the last one. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class RotationStatus {

  @JsonPropertyDescription(
      "Issued, Delivered, Adopted, Drained, DeadlineReached or Held; Complete when it is over.")
  private @Nullable RotationPhase phase;

  @JsonPropertyDescription(
      "Why the key was rotated, such as Scheduled, RevisionRaised or SecretLost.")
  private @Nullable String reason;

  @JsonPropertyDescription(
      "Why the old key was revoked: Drained, DeadlineReached, or Replaced when the Secret was "
          + "lost. Absent until then.")
  private @Nullable String outcome;

  @JsonPropertyDescription("Version that is replaced.")
  private @Nullable Integer fromVersion;

  @JsonPropertyDescription("Version that replaces it.")
  private @Nullable Integer toVersion;

  @JsonPropertyDescription("The spec.rotation.revision that was handled last.")
  private @Nullable Long revision;

  @JsonPropertyDescription("When the rotation began.")
  private @Nullable String startedAt;

  @JsonPropertyDescription("When the overlap ends.")
  private @Nullable String overlapEndsAt;

  @JsonPropertyDescription("When the next rotation by age is due.")
  private @Nullable String nextAt;

  @JsonPropertyDescription(
      "Who used the old key since the new one took its place: at most 10, newest first. After "
          + "DeadlineReached they stay until the next rotation: these clients are refused.")
  private @Nullable List<StragglerStatus> stragglers;

  public @Nullable RotationPhase getPhase() {
    return phase;
  }

  public void setPhase(@Nullable RotationPhase phase) {
    this.phase = phase;
  }

  public @Nullable String getReason() {
    return reason;
  }

  public void setReason(@Nullable String reason) {
    this.reason = reason;
  }

  public @Nullable String getOutcome() {
    return outcome;
  }

  public void setOutcome(@Nullable String outcome) {
    this.outcome = outcome;
  }

  public @Nullable Integer getFromVersion() {
    return fromVersion;
  }

  public void setFromVersion(@Nullable Integer fromVersion) {
    this.fromVersion = fromVersion;
  }

  public @Nullable Integer getToVersion() {
    return toVersion;
  }

  public void setToVersion(@Nullable Integer toVersion) {
    this.toVersion = toVersion;
  }

  public @Nullable Long getRevision() {
    return revision;
  }

  public void setRevision(@Nullable Long revision) {
    this.revision = revision;
  }

  public @Nullable String getStartedAt() {
    return startedAt;
  }

  public void setStartedAt(@Nullable String startedAt) {
    this.startedAt = startedAt;
  }

  public @Nullable String getOverlapEndsAt() {
    return overlapEndsAt;
  }

  public void setOverlapEndsAt(@Nullable String overlapEndsAt) {
    this.overlapEndsAt = overlapEndsAt;
  }

  public @Nullable String getNextAt() {
    return nextAt;
  }

  public void setNextAt(@Nullable String nextAt) {
    this.nextAt = nextAt;
  }

  public @Nullable List<StragglerStatus> getStragglers() {
    return stragglers;
  }

  public void setStragglers(@Nullable List<StragglerStatus> stragglers) {
    this.stragglers = stragglers;
  }
}
