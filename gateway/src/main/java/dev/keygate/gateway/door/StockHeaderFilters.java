package dev.keygate.gateway.door;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;

/**
 * Takes out the framework's header filters, which each copy all headers: {@link UpstreamHeaders}
 * and {@link ReturningHeaders} do what they do in one pass. They cannot be switched off by setting.
 */
public final class StockHeaderFilters implements BeanDefinitionRegistryPostProcessor {

  private static final String[] NAMES = {
    "forwardedHeadersFilter",
    "removeForwardedHeadersFilter",
    "removeHopByHopHeadersFilter",
    "xForwardedHeadersFilter",
    "removeXForwardedHeadersFilter",
    "gRPCRequestHeadersFilter",
    "gRPCResponseHeadersFilter",
    "transferEncodingNormalizationHeadersFilter"
  };

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    for (String name : NAMES) {
      if (registry.containsBeanDefinition(name)) {
        registry.removeBeanDefinition(name);
      }
    }
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {}
}
