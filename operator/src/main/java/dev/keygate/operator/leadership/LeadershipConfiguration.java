package dev.keygate.operator.leadership;

import dev.keygate.operator.apikey.BindingProperties;
import dev.keygate.operator.apikey.IssueProperties;
import dev.keygate.operator.apikey.KeysProperties;
import dev.keygate.operator.storage.LeaseProperties;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.storage.StoreProperties;
import dev.keygate.operator.sweep.SweepLimit;
import dev.keygate.operator.sweep.SweepProperties;
import dev.keygate.operator.usage.UsageProperties;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the operator together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  OperatorProperties.class,
  StoreProperties.class,
  LeaseProperties.class,
  KeysProperties.class,
  BindingProperties.class,
  IssueProperties.class,
  UsageProperties.class,
  SweepProperties.class
})
public class LeadershipConfiguration {

  @Bean
  ProcessExit processExit() {
    return new ProcessExit();
  }

  @Bean
  StoreGate storeGate(ProcessExit exit, MeterRegistry metrics) {
    StoreGate gate = new StoreGate(deposed -> exit.because(Leadership.lastWords(deposed)));
    Gauge.builder("keygate.operator.store.up", gate, g -> g.isUp() ? 1 : 0).register(metrics);
    return gate;
  }

  @Bean
  TermSettings termSettings(
      OperatorProperties operator,
      StoreProperties store,
      LeaseProperties lease,
      KeysProperties keys,
      BindingProperties binding,
      IssueProperties issue,
      UsageProperties usage,
      SweepProperties sweep,
      MeterRegistry metrics) {
    return new TermSettings(
        operator,
        store,
        lease,
        keys,
        binding,
        issue,
        usage,
        sweep,
        new SweepLimit(sweep, metrics),
        MicrometerMetrics.withoutPerResourceMetrics(metrics),
        metrics,
        Clock.systemUTC());
  }

  @Bean
  Leadership leadership(
      OperatorProperties properties,
      TermSettings settings,
      StoreGate store,
      ProcessExit exit,
      MeterRegistry metrics) {
    Leadership leadership = new Leadership(properties, settings, store, exit);
    Gauge.builder("keygate.operator.leader", leadership, l -> l.isLeading() ? 1 : 0)
        .register(metrics);
    return leadership;
  }

  @Bean
  LeadershipHealth leadershipHealthIndicator(Leadership leadership, StoreGate store) {
    return new LeadershipHealth(leadership, store);
  }

  @Bean
  CampaignHealth campaignHealthIndicator(Leadership leadership) {
    return new CampaignHealth(leadership);
  }
}
