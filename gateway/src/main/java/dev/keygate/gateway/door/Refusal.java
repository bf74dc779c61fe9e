package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Denied;
import java.time.Duration;

/**
 * An answer of the gateway's own that is not a success.
 *
 * @param error one sentence for a person; without quotes, backslashes and control characters
 * @param retryAfter becomes {@code Retry-After}; zero: there is none
 */
record Refusal(Code code, String error, Duration retryAfter) {

  enum Code {
    INVALID_API_KEY(401),
    ORG_ACCESS_DENIED(403),
    PERMISSION_DENIED(403),
    INVALID_REQUEST(400),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    PAYLOAD_TOO_LARGE(413, "INVALID_REQUEST"),
    UNSUPPORTED_MEDIA_TYPE(415, "INVALID_REQUEST"),
    INTERNAL_ERROR(500),
    UPSTREAM_ERROR(502),
    SERVICE_UNAVAILABLE(503),
    UPSTREAM_TIMEOUT(504);

    private final int status;
    private final String text;

    Code(int status) {
      this.status = status;
      this.text = name();
    }

    Code(int status, String text) {
      this.status = status;
      this.text = text;
    }

    int status() {
      return status;
    }

    /** What clients see. */
    String text() {
      return text;
    }
  }

  static final Refusal INVALID_API_KEY =
      of(Code.INVALID_API_KEY, "A valid API key is required in the X-API-Key header.");
  static final Refusal ORG_ACCESS_DENIED =
      of(Code.ORG_ACCESS_DENIED, "This API key has no access to the requested organization.");
  static final Refusal PERMISSION_DENIED =
      of(Code.PERMISSION_DENIED, "This API key lacks the permission for this operation.");
  static final Refusal NOT_FOUND = of(Code.NOT_FOUND, "There is nothing at this path.");
  static final Refusal METHOD_NOT_ALLOWED =
      of(Code.METHOD_NOT_ALLOWED, "This method is not allowed here.");
  static final Refusal PAYLOAD_TOO_LARGE =
      of(Code.PAYLOAD_TOO_LARGE, "The request's body is too large.");
  static final Refusal UNSUPPORTED_MEDIA_TYPE =
      of(Code.UNSUPPORTED_MEDIA_TYPE, "The request's body has a type that is not accepted here.");
  static final Refusal INTERNAL_ERROR =
      of(Code.INTERNAL_ERROR, "The gateway failed; name the correlation id when you report it.");
  static final Refusal UPSTREAM_ERROR =
      of(Code.UPSTREAM_ERROR, "The service behind the gateway could not be reached.");
  static final Refusal UPSTREAM_TIMEOUT =
      of(Code.UPSTREAM_TIMEOUT, "The service behind the gateway did not answer in time.");
  static final Refusal SERVICE_UNAVAILABLE =
      of(Code.SERVICE_UNAVAILABLE, "The gateway cannot check API keys right now; try again.");

  static Refusal of(Code code, String error) {
    return new Refusal(code, error, Duration.ZERO);
  }

  static Refusal of(Denied denied) {
    return switch (denied) {
      case Denied.Unauthenticated unauthenticated -> INVALID_API_KEY;
      case Denied.Forbidden(var reason) ->
          switch (reason) {
            case ORGANIZATION -> ORG_ACCESS_DENIED;
            case PERMISSION -> PERMISSION_DENIED;
          };
      case Denied.Invalid(var problem) -> of(Code.INVALID_REQUEST, problem);
      case Denied.Unavailable(var retryAfter) ->
          new Refusal(Code.SERVICE_UNAVAILABLE, SERVICE_UNAVAILABLE.error(), retryAfter);
    };
  }

  String json(String correlationId) {
    return "{\"success\":false,\"error\":\""
        + error
        + "\",\"code\":\""
        + code.text()
        + "\",\"statusCode\":"
        + code.status()
        + ",\"correlationId\":\""
        + correlationId
        + "\"}\n";
  }
}
