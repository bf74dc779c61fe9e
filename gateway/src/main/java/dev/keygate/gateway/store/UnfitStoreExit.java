package dev.keygate.gateway.store;

import dev.keygate.store.connection.UnfitStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;

/** Ends the process with the reason as its last line: waiting would not make such a store fit. */
public final class UnfitStoreExit implements UnfitStoreReaction {

  private static final Logger LOGGER = LoggerFactory.getLogger(UnfitStoreExit.class);

  private final ApplicationContext context;

  public UnfitStoreExit(ApplicationContext context) {
    this.context = context;
  }

  @Override
  public void to(UnfitStoreException reason) {
    LOGGER.atError().addKeyValue("reason", reason.getMessage()).log("store must not be used");
    // A thread of its own: closing the context waits for the one that brought the news.
    new Thread(() -> System.exit(SpringApplication.exit(context, () -> 1)), "keygate-exit").start();
  }
}
