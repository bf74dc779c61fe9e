/**
 * Generates what is committed and derived from the API types: the manifests, their copy in the
 * chart, and the reference page. It lives with the tests so that nobody's class path carries it.
 */
@NullMarked
package dev.keygate.crds.generate;

import org.jspecify.annotations.NullMarked;
