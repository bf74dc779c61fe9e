/** Tests of the API types as plain beans. */
@NullMarked
package dev.keygate.crds.v1alpha1;

import org.jspecify.annotations.NullMarked;
