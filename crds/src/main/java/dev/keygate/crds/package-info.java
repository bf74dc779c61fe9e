/** The API types of Keygate, one package per version. */
@NullMarked
package dev.keygate.crds;

import org.jspecify.annotations.NullMarked;
