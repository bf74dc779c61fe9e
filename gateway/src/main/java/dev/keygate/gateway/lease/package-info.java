/**
 * Proves to this replica that its view is fresh, and to the operator which changes it has put in
 * force. The rules are those of docs/architecture.md; each has a counterexample that broke the
 * protocol without it.
 */
@NullMarked
package dev.keygate.gateway.lease;

import org.jspecify.annotations.NullMarked;
