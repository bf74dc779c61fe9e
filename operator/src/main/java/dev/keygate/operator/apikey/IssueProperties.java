package dev.keygate.operator.apikey;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much the operator does at once.
 *
 * @param concurrency resources worked on at the same time, revocations, suspensions and deletions
 *     not counted; at least 1
 */
@ConfigurationProperties("keygate.issue")
public record IssueProperties(@DefaultValue("16") int concurrency) {

  public IssueProperties {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "keygate.issue.concurrency (" + concurrency + ") must be at least 1");
    }
  }
}
