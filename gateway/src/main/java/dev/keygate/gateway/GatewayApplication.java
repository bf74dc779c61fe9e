package dev.keygate.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The gateway's process. */
@SpringBootApplication(proxyBeanMethods = false)
public class GatewayApplication {

  private static final String EVENT_LOOPS = "reactor.netty.ioWorkerCount";

  /** Event loops are as many as cores (the default is at least four), unless set otherwise. */
  public static void main(String[] args) {
    if (System.getProperty(EVENT_LOOPS) == null) {
      System.setProperty(EVENT_LOOPS, Integer.toString(Runtime.getRuntime().availableProcessors()));
    }
    SpringApplication.run(GatewayApplication.class, args);
  }
}
