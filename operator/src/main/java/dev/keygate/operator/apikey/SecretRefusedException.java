package dev.keygate.operator.apikey;

/** The API server understood a write of a Secret and will not have it: a person has to act. */
final class SecretRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String secretName;
  private final String why;

  /**
   * @param why the API server's own words
   */
  SecretRefusedException(String secretName, String why, Throwable cause) {
    super("the API server refuses Secret " + secretName + ": " + why, cause);
    this.secretName = secretName;
    this.why = why;
  }

  String secretName() {
    return secretName;
  }

  String why() {
    return why;
  }
}
