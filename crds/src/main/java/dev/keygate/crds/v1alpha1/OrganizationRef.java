package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Names an Organization. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class OrganizationRef {

  @JsonPropertyDescription("metadata.name of the Organization (not its id, where the two differ).")
  @Required
  @Pattern(Patterns.RESOURCE_NAME)
  @Size(min = 1, max = 253)
  private @Nullable String name;

  public @Nullable String getName() {
    return name;
  }

  public void setName(@Nullable String name) {
    this.name = name;
  }
}
