package dev.keygate.operator.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PropertiesTest {

  private static final String[] COMPLETE = {
    "keygate.store.url=r2dbc:postgresql://127.0.0.1:5432/keygate",
    "keygate.store.username=keygate_operator",
    "keygate.store.password-file=password",
  };

  @Test
  void contextStartsWhenOnlyTheStoreIsGiven() {
    runner(COMPLETE)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(OperatorProperties.class).namespace())
                  .isEqualTo("keygate-system");
            });
  }

  @ParameterizedTest(name = "without {0}")
  @CsvSource({"keygate.store.url", "keygate.store.username", "keygate.store.password-file"})
  void contextFailsAndNamesThePropertyWhenItIsMissing(String property) {
    String[] rest =
        Arrays.stream(COMPLETE).filter(p -> !p.startsWith(property)).toArray(String[]::new);

    runner(rest)
        .run(
            context ->
                assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(property));
  }

  @Test
  void contextFailsWithoutTellingThePasswordWhenTheUrlHasOne() {
    runner(COMPLETE)
        .withPropertyValues("keygate.store.url=postgresql://role:hunter2@127.0.0.1/keygate")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("keygate.store.url")
                    .hasMessageNotContaining("hunter2"));
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "keygate.store.url, jdbc:postgresql://127.0.0.1/keygate",
    "keygate.lease.duration, 999ms",
    "keygate.lease.duration, 25h",
    "keygate.lease.on-stale, serve",
    "keygate.lease.serve-for, 5s",
    "keygate.keys.prefix, p_c",
    "keygate.issue.concurrency, 0",
    "keygate.usage.status-writes-per-second, 0",
    "keygate.usage.status-interval, 0s",
    "keygate.usage.unused-after, 999ms",
    "keygate.sweep.interval, 0s",
    "keygate.sweep.confirmed-revocations, -1",
    "keygate.operator.leader-election.renew-deadline, 20s",
    "keygate.operator.leader-election.retry-period, 10s",
  })
  void contextFailsAndNamesThePropertyWhenItIsWrong(String property, String value) {
    runner(COMPLETE)
        .withPropertyValues(property + "=" + value)
        .run(
            context ->
                assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(property));
  }

  private static ApplicationContextRunner runner(String... properties) {
    return new ApplicationContextRunner()
        .withUserConfiguration(Settings.class)
        .withPropertyValues(properties);
  }

  @EnableConfigurationProperties({
    OperatorProperties.class,
    dev.keygate.operator.storage.StoreProperties.class,
    dev.keygate.operator.storage.LeaseProperties.class,
    dev.keygate.operator.apikey.KeysProperties.class,
    dev.keygate.operator.apikey.IssueProperties.class,
    dev.keygate.operator.usage.UsageProperties.class,
    dev.keygate.operator.sweep.SweepProperties.class
  })
  static class Settings {}
}
