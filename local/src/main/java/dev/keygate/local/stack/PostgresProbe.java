package dev.keygate.local.stack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Asks PostgreSQL whether it takes connections, as {@code pg_isready} does: by the first message of
 * the frontend protocol. A server in recovery answers it with an error, a ready one with a demand
 * for the password.
 */
final class PostgresProbe {

  private static final int PROTOCOL_3_0 = 3 << 16;
  private static final int PATIENCE_MILLIS = 2000;

  private PostgresProbe() {}

  static boolean accepts(int port, String user, String database) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(startup(user, database));
      return socket.getInputStream().read() == 'R';
    }
  }

  private static byte[] startup(String user, String database) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String word : new String[] {"user", user, "database", database, ""}) {
      body.write(word.getBytes(US_ASCII));
      body.write(0);
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(message);
    out.writeInt(8 + body.size());
    out.writeInt(PROTOCOL_3_0);
    body.writeTo(out);
    return message.toByteArray();
  }
}
