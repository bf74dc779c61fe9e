package dev.keygate.operator.effect;

/**
 * Is told of each side effect of one term of leadership, on the thread that carries it out. Found
 * on the class path by {@link java.util.ServiceLoader}, a new one for each term; the product brings
 * none.
 */
public interface EffectListener {

  /**
   * The effect is about to happen.
   *
   * @param effect what, for example {@code feed.IssueVersion} or {@code secret.create}
   * @param about whose: {@code namespace/name}, or the name of an organization
   */
  void before(String effect, String about);

  /** It has happened and its answer is known. Not called when it failed. */
  void after(String effect, String about);
}
