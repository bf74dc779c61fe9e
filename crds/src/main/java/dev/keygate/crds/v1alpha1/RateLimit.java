package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How many requests a key may make in a sliding window, by class of method. */
@ValidationRule(
    value = "has(self.reads) || has(self.writes) || has(self.deletes)",
    message = "a rate limit needs at least one of reads, writes and deletes")
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class RateLimit {

  @JsonPropertyDescription(
      "GET, HEAD and OPTIONS requests per window; absent: no limit of this "
          + "definition on them.")
  @Min(1)
  @Max(Integer.MAX_VALUE)
  private @Nullable Integer reads;

  @JsonPropertyDescription(
      "POST, PUT and PATCH requests per window; absent: no limit of this " + "definition on them.")
  @Min(1)
  @Max(Integer.MAX_VALUE)
  private @Nullable Integer writes;

  @JsonPropertyDescription(
      "DELETE requests per window; absent: no limit of this definition on them.")
  @Min(1)
  @Max(Integer.MAX_VALUE)
  private @Nullable Integer deletes;

  @JsonPropertyDescription("Length of the sliding window, from 1s to 24h.")
  @Default("60s")
  @Pattern(Patterns.DURATION)
  @Size(max = 32)
  @ValidationRule(
      value = "self >= duration('1s') && self <= duration('24h')",
      message = "window must be from 1s to 24h")
  private @Nullable String window;

  public @Nullable Integer getReads() {
    return reads;
  }

  public void setReads(@Nullable Integer reads) {
    this.reads = reads;
  }

  public @Nullable Integer getWrites() {
    return writes;
  }

  public void setWrites(@Nullable Integer writes) {
    this.writes = writes;
  }

  public @Nullable Integer getDeletes() {
    return deletes;
  }

  public void setDeletes(@Nullable Integer deletes) {
    this.deletes = deletes;
  }

  public @Nullable String getWindow() {
    return window;
  }

  public void setWindow(@Nullable String window) {
    this.window = window;
  }
}
