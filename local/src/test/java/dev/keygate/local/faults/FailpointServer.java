package dev.keygate.local.faults;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * Tells an operator of another process, which has {@link #writeListener our jar} on its class path,
 * at each side effect whether to go on. A point that stops it is answered when it is disarmed.
 */
final class FailpointServer implements Closeable {

  private static final String LISTENER = "dev.keygate.local.faults.RemoteListener";

  private final Failpoints failpoints = new Failpoints();
  private final Listener listener =
      Listener.start("failpoints", client -> Thread.ofVirtual().start(() -> answer(client)));

  Failpoints failpoints() {
    return failpoints;
  }

  /** The jar that makes an operator ask here. */
  void writeListener(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      String name = LISTENER.replace('.', '/') + ".class";
      put(jar, name, Files.readAllBytes(CheckerProcess.testClasses().resolve(name)));
      put(
          jar,
          "META-INF/services/dev.keygate.operator.effect.EffectListener",
          LISTENER.getBytes(StandardCharsets.UTF_8));
      put(
          jar,
          RemoteListener.PORT_RESOURCE,
          Integer.toString(listener.port()).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content);
    jar.closeEntry();
  }

  /** Side, effect and whose, by blanks; anything is an answer. */
  private void answer(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      if (line == null) {
        return;
      }
      String[] words = line.split(" ", 3);
      if (failpoints.stops(Point.Side.valueOf(words[0]), words[1], words[2])) {
        failpoints.hold(words[2]);
      }
      socket.getOutputStream().write('\n');
    } catch (IOException e) {
      // It was killed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
