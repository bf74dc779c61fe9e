/**
 * Obtains the programs of a Kubernetes control plane, once per machine. Only the JDK is used here,
 * so that {@code ./quickstart} can run {@link dev.keygate.local.controlplane.ObtainControlPlane}
 * from source while Maven still compiles everything else.
 */
@NullMarked
package dev.keygate.local.controlplane;

import org.jspecify.annotations.NullMarked;
