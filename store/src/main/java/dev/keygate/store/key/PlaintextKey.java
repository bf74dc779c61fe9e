package dev.keygate.store.key;

/** A key in the clear, between minting and the Secret; never logged, never stored. */
public record PlaintextKey(String value, String environment) {

  public KeyHash hash() {
    return KeyHash.of(value);
  }

  /** Prefix, environment and the last four characters: what a person may see to tell keys apart. */
  public String hint() {
    int shown = 4;
    return value.substring(0, KeyFormat.secretStart(value))
        + "..."
        + value.substring(value.length() - shown);
  }

  @Override
  public String toString() {
    return "PlaintextKey[redacted]";
  }
}
