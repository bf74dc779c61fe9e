package dev.keygate.gateway.decision;

/** What the gateway does with a request. The door maps each case to exactly one HTTP answer. */
public sealed interface Decision {

  /** Goes to the upstream, as this principal. */
  record Allowed(Principal principal) implements Decision {}

  /** Goes to the upstream of a public route, as nobody. */
  record Anonymous() implements Decision {}

  /** Is answered by the gateway. */
  record Refused(Denied denied) implements Decision {}
}
