package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** When and how a key is replaced by a new one. */
@ValidationRule(
    value = "!has(self.renewBefore) || has(self.every)",
    fieldPath = ".renewBefore",
    message = "renewBefore needs every: set every, or remove renewBefore")
@ValidationRule(
    value =
        "!has(self.renewBefore) || !has(self.every) || "
            + "self.every - self.renewBefore >= duration('1m')",
    fieldPath = ".renewBefore",
    message =
        "renewBefore must be shorter than every by at least 1m: a key is replaced each time every "
            + "less renewBefore is over")
@ValidationRule(
    value =
        "!has(self.overlap) || !has(self.every) || self.overlap < "
            + "(has(self.renewBefore) ? self.every - self.renewBefore : self.every)",
    fieldPath = ".overlap",
    message =
        "overlap must be shorter than every less renewBefore (it is 24h unless set): write a "
            + "shorter overlap")
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class Rotation {

  @JsonPropertyDescription(
      "Rotate when the key has reached this age, less renewBefore: hours, "
          + "minutes and seconds, at least 1m. Days are no unit: 90 days are 2160h. "
          + "Absent: never by age.")
  @Pattern(Patterns.DURATION)
  @Size(max = 32)
  @ValidationRule(value = "self >= duration('1m')", message = "every must be at least 1m")
  private @Nullable String every;

  @JsonPropertyDescription(
      "How long before the age of every the rotation begins; shorter than "
          + "every, which it needs, by at least 1m.")
  @Pattern(Patterns.DURATION)
  @Size(max = 32)
  private @Nullable String renewBefore;

  @JsonPropertyDescription("Raise this number to rotate now. A lower one is ignored.")
  @Min(0)
  private @Nullable Long revision;

  @JsonPropertyDescription(
      "How long old and new key are both accepted at most, at least 1s. Fixed when the new key is "
          + "in the Secret: a change has no effect on a rotation that is under way.")
  @Default("24h")
  @Pattern(Patterns.DURATION)
  @Size(max = 32)
  @ValidationRule(
      value = "self >= duration('1s')",
      message =
          "overlap must be at least 1s: with a shorter one, an application that "
              + "has not read the new key yet would be refused")
  private @Nullable String overlap;

  @JsonPropertyDescription(
      "The old key is revoked before the overlap ends when it had no traffic "
          + "for this long and the new one had some. Keep it longer than a kubelet "
          + "needs to refresh a mounted Secret.")
  @Default("5m")
  @Pattern(Patterns.DURATION)
  @Size(max = 32)
  @ValidationRule(value = "self >= duration('1s')", message = "quietPeriod must be at least 1s")
  private @Nullable String quietPeriod;

  @JsonPropertyDescription(
      "What happens when the overlap ends and the old key still has traffic: "
          + "Revoke it, or Hold it until the traffic has moved.")
  @Default("Revoke")
  private @Nullable DeadlineAction onDeadline;

  public @Nullable String getEvery() {
    return every;
  }

  public void setEvery(@Nullable String every) {
    this.every = every;
  }

  public @Nullable String getRenewBefore() {
    return renewBefore;
  }

  public void setRenewBefore(@Nullable String renewBefore) {
    this.renewBefore = renewBefore;
  }

  public @Nullable Long getRevision() {
    return revision;
  }

  public void setRevision(@Nullable Long revision) {
    this.revision = revision;
  }

  public @Nullable String getOverlap() {
    return overlap;
  }

  public void setOverlap(@Nullable String overlap) {
    this.overlap = overlap;
  }

  public @Nullable String getQuietPeriod() {
    return quietPeriod;
  }

  public void setQuietPeriod(@Nullable String quietPeriod) {
    this.quietPeriod = quietPeriod;
  }

  public @Nullable DeadlineAction getOnDeadline() {
    return onDeadline;
  }

  public void setOnDeadline(@Nullable DeadlineAction onDeadline) {
    this.onDeadline = onDeadline;
  }
}
