package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Principal;
import dev.keygate.gateway.firewall.HeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * Tells an upstream who asks and for which organization. Set on the request as it is about to be
 * written, so that no filter can change them, past the framework's copies of all headers. Names and
 * values are bytes already: Netty writes those into its buffer at once, and a String character by
 * character.
 */
final class IdentityHeaders {

  private static final CharSequence KEY_ID = AsciiString.cached(HeaderNames.IDENTITY_KEY_ID);
  private static final CharSequence ORGANIZATION =
      AsciiString.cached(HeaderNames.IDENTITY_ORGANIZATION);
  private static final CharSequence KEY_ORGANIZATION =
      AsciiString.cached(HeaderNames.IDENTITY_KEY_ORGANIZATION);
  private static final CharSequence PERMISSIONS =
      AsciiString.cached(HeaderNames.IDENTITY_PERMISSIONS);
  private static final CharSequence ENVIRONMENT =
      AsciiString.cached(HeaderNames.IDENTITY_ENVIRONMENT);

  private IdentityHeaders() {}

  static void set(HttpHeaders headers, Principal principal) {
    headers.set(KEY_ID, bytes(principal.keyId()));
    headers.set(ORGANIZATION, bytes(principal.organization().id()));
    headers.set(KEY_ORGANIZATION, bytes(principal.keyOrganization().id()));
    headers.set(PERMISSIONS, bytes(principal.permissions().text()));
    headers.set(ENVIRONMENT, bytes(principal.environment()));
  }

  private static AsciiString bytes(String value) {
    return new AsciiString(value.getBytes(StandardCharsets.US_ASCII), false);
  }
}
