package dev.keygate.local.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keygate.operator.effect.EffectListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Objects;

/**
 * Goes into the operator's process: asks the test at each side effect, and waits until it is
 * answered. Alone in its jar, so it knows nothing of the suite. Without a test it changes nothing.
 */
public final class RemoteListener implements EffectListener {

  static final String PORT_RESOURCE = "failpoints.port";

  private final int port;

  public RemoteListener() {
    try (InputStream resource =
        Objects.requireNonNull(
            RemoteListener.class.getClassLoader().getResourceAsStream(PORT_RESOURCE))) {
      this.port = Integer.parseInt(new String(resource.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void before(String effect, String about) {
    ask("BEFORE " + effect + " " + about + "\n");
  }

  @Override
  public void after(String effect, String about) {
    ask("AFTER " + effect + " " + about + "\n");
  }

  private void ask(String question) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(question.getBytes(UTF_8));
      int answer = socket.getInputStream().read();
      if (answer < 0) {
        return; // The test has ended.
      }
    } catch (IOException e) {
      // Nobody asks us to stop.
    }
  }
}
