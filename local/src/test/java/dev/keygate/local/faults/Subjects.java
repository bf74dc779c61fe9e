package dev.keygate.local.faults;

/** What the operator works on when it crashes: one object for each point and round. */
interface Subjects {

  /** How the operator names the object of that point. */
  String about(Point point, int round);

  /** Declares what has to be there before the operation, without waiting for it. */
  void prepare(Point point, int round);

  /** Whether all of it was there when it was last looked at. */
  boolean isPrepared(Point point, int round);

  void trigger(Point point, int round);

  /** Looks at all of them once more. */
  void look();

  /** Fails unless what was last seen is as if nothing had happened. */
  void assertRecovered(Point point, int round);

  /** Fails unless the gateways serve and refuse as they should; then the object goes. */
  void finish(Point point, int round);
}
