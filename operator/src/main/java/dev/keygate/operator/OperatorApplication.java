package dev.keygate.operator;

import dev.keygate.operator.leadership.LeadershipConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The operator's process. With {@code migrate} as the first argument it migrates the store. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(LeadershipConfiguration.class)
public class OperatorApplication {

  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0 && MigrateCommand.NAME.equals(args[0])) {
      System.exit(MigrateCommand.run(args));
    }
    SpringApplication.run(OperatorApplication.class, args);
  }
}
