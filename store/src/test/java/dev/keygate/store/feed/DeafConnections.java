package dev.keygate.store.feed;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections on which every notification is lost. */
record DeafConnections(ConnectionFactory real) implements ConnectionFactory {

  @Override
  public Publisher<? extends Connection> create() {
    return Mono.from(real.create()).map(DeafConnections::deaf);
  }

  @Override
  public ConnectionFactoryMetadata getMetadata() {
    return real.getMetadata();
  }

  private static Connection deaf(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {PostgresqlConnection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getNotifications")) {
                return Flux.never();
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
