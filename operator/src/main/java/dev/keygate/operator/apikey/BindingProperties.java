package dev.keygate.operator.apikey;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What Secrets tell applications besides the key.
 *
 * @param uri where clients reach the gateway, the {@code uri} entry of each Secret; not set: no
 *     such entry
 */
@ConfigurationProperties("keygate.binding")
public record BindingProperties(@Nullable String uri) {}
