package dev.keygate.operator.condition;

/** Types of the conditions on both resources. The constants are what the API shows. */
public enum ConditionType {
  Accepted,
  Programmed,
  Ready,

  /** Of ApiKeys only. */
  Rotating,

  /** Of ApiKeys only. */
  Unused
}
