package dev.keygate.gateway.settings;

/**
 * A setting that the process cannot start with; the message names it and says what was expected.
 */
public final class SettingException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public SettingException(String message) {
    super(message);
  }
}
