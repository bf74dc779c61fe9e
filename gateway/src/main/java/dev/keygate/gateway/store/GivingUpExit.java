package dev.keygate.gateway.store;

import dev.keygate.store.connection.UnfitStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;

/** Ends the process with the reason as its last line: waiting would not help. */
public final class GivingUpExit implements GivingUp {

  private static final Logger LOGGER = LoggerFactory.getLogger(GivingUpExit.class);

  private final ApplicationContext context;

  public GivingUpExit(ApplicationContext context) {
    this.context = context;
  }

  @Override
  public void because(Throwable reason) {
    if (reason instanceof UnfitStoreException) {
      LOGGER.atError().addKeyValue("reason", reason.getMessage()).log("store must not be used");
    } else {
      LOGGER.error("following the store has ended", reason);
    }
    // A thread of its own: closing the context waits for the one that brought the news.
    new Thread(() -> System.exit(SpringApplication.exit(context, () -> 1)), "keygate-exit").start();
  }
}
