package dev.keygate.operator.leadership;

import dev.keygate.operator.apikey.BindingProperties;
import dev.keygate.operator.apikey.IssueProperties;
import dev.keygate.operator.apikey.KeysProperties;
import dev.keygate.operator.storage.LeaseProperties;
import dev.keygate.operator.storage.StoreProperties;
import dev.keygate.operator.sweep.SweepLimit;
import dev.keygate.operator.sweep.SweepProperties;
import dev.keygate.operator.usage.UsageProperties;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/** What a term is made from. */
record TermSettings(
    OperatorProperties operator,
    StoreProperties store,
    LeaseProperties lease,
    KeysProperties keys,
    BindingProperties binding,
    IssueProperties issue,
    UsageProperties usage,
    SweepProperties sweep,
    SweepLimit sweepLimit,
    Metrics controllerMetrics,
    MeterRegistry metrics,
    Clock clock) {}
