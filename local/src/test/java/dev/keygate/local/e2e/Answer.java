package dev.keygate.local.e2e;

/** What a client got: the status, the body, and the {@code code} of a refusal ("" without one). */
record Answer(int status, String body) {

  String code() {
    String marker = "\"code\":\"";
    int at = body.indexOf(marker);
    return at < 0
        ? ""
        : body.substring(at + marker.length(), body.indexOf('"', at + marker.length()));
  }

  /** "200", or "401 INVALID_API_KEY". */
  String summary() {
    return code().isEmpty() ? Integer.toString(status) : status + " " + code();
  }
}
