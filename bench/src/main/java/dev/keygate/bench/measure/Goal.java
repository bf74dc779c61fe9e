package dev.keygate.bench.measure;

/** Whether a figure is as good as it is meant to be; for the end of a line. */
public final class Goal {

  private Goal() {}

  public static String atMost(double found, double goal) {
    return word(found <= goal);
  }

  public static String atLeast(double found, double goal) {
    return word(found >= goal);
  }

  private static String word(boolean reached) {
    return reached ? "reached" : "MISSED";
  }
}
