/**
 * What a route's metadata says about who may use it: read and checked when routes are loaded, so
 * that a mistake is found before the port opens.
 */
@NullMarked
package dev.keygate.gateway.route;

import org.jspecify.annotations.NullMarked;
