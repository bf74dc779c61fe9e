/**
 * The resources of {@code keygate.dev/v1alpha1}. Field annotations become the schema, the CEL rules
 * and the texts of {@code kubectl explain}; the manifests in this module's folder are generated
 * from them.
 */
@NullMarked
package dev.keygate.crds.v1alpha1;

import org.jspecify.annotations.NullMarked;
