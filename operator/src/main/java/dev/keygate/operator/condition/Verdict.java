package dev.keygate.operator.condition;

/**
 * What is to be said of one condition type.
 *
 * @param message one sentence with the object's name and the next step
 */
public record Verdict(Status status, Reason reason, String message) {

  /** The constants are what the API shows. */
  public enum Status {
    True,
    False,
    Unknown
  }

  public static Verdict yes(Reason reason, String message) {
    return new Verdict(Status.True, reason, message);
  }

  public static Verdict no(Reason reason, String message) {
    return new Verdict(Status.False, reason, message);
  }

  public static Verdict unknown(String message) {
    return new Verdict(Status.Unknown, Reason.Pending, message);
  }

  public static Verdict unknown(Reason reason, String message) {
    return new Verdict(Status.Unknown, reason, message);
  }

  public boolean isTrue() {
    return status == Status.True;
  }
}
