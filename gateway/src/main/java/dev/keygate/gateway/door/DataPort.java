package dev.keygate.gateway.door;

import dev.keygate.gateway.settings.SettingException;
import java.net.InetSocketAddress;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells requests of the management port from the others. Spring shows the gateway's filter and
 * mapping to both servers. Until the management port is known, every request counts as data.
 */
public final class DataPort implements ApplicationListener<WebServerInitializedEvent> {

  private volatile int managementPort = -1;

  /** Refuses settings that would put the actuator on the data port. */
  public DataPort(Environment environment) {
    int data = environment.getProperty("server.port", Integer.class, 8080);
    int management = environment.getProperty("management.server.port", Integer.class, -1);
    if (management < 0 || (management == data && management != 0)) {
      throw new SettingException(
          "management.server.port must be set and differ from server.port (" + data + ")");
    }
  }

  @Override
  public void onApplicationEvent(WebServerInitializedEvent event) {
    if ("management".equals(event.getApplicationContext().getServerNamespace())) {
      managementPort = event.getWebServer().getPort();
    }
  }

  boolean isManagement(ServerWebExchange exchange) {
    InetSocketAddress local = exchange.getRequest().getLocalAddress();
    return local != null && local.getPort() == managementPort;
  }
}
