package dev.keygate.local.checker;

/** What must hold, always. */
enum Invariant {
  ACCEPTED("while Ready=True, the key in the managed Secret is accepted by every ready replica"),
  OWNED("no usable key without a live ApiKey (by UID), beyond one sweep"),
  FINAL("a request for a key sent after its revocation's finalAt never gets 2xx"),
  CONFINED("no request of one organization reaches an upstream in another one's name"),
  COUNTED("stored usage is at most true usage, and short by one flush of a killed replica at most"),
  TRUTHFUL(
      "Ready=True is told of keys that may be used only, of no generation yet to come or gone by"),
  SECRET("no plaintext key anywhere but in the Secret"),
  SILENT("after the last fault: converged, then silent");

  private final String sentence;

  Invariant(String sentence) {
    this.sentence = sentence;
  }

  int number() {
    return ordinal() + 1;
  }

  @Override
  public String toString() {
    return number() + " (" + sentence + ")";
  }
}
