package dev.keygate.store.feed;

/**
 * One entry of the change log: the whole new state of one thing, so that applying it twice does no
 * harm.
 */
public sealed interface Change {

  record OrganizationPut(FeedOrganization organization) implements Change {}

  record OrganizationRemoved(String id) implements Change {}

  /** A key without usable versions is sent as {@link KeyRemoved}. */
  record KeyPut(FeedKey key) implements Change {}

  record KeyRemoved(String uid) implements Change {}
}
