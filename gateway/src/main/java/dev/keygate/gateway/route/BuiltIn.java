package dev.keygate.gateway.route;

import java.net.URI;

/** Routes that the gateway answers itself. */
public final class BuiltIn {

  /** The target of a route that has none. */
  public static final URI NOWHERE = URI.create("no://op");

  private BuiltIn() {}
}
