package dev.keygate.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** The Secret of a Provisioned Service (Service Binding specification). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class BindingStatus {

  @JsonPropertyDescription("Name of the Secret, in the same namespace, that holds the key.")
  private @Nullable String name;

  public @Nullable String getName() {
    return name;
  }

  public void setName(@Nullable String name) {
    this.name = name;
  }
}
