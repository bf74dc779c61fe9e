package dev.keygate.local.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The head of a request or an answer, and how its body is framed. */
record HttpMessage(String text) {

  /** Null at the end. */
  static @Nullable HttpMessage head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.append((char) next);
    }
    return new HttpMessage(head.toString());
  }

  byte[] bytes() {
    return text.getBytes(ISO_8859_1);
  }

  String word(int index) {
    return text.split("[ \r]", -1)[index];
  }

  private String header(String name) {
    return text.lines()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  byte[] body(InputStream in) throws IOException {
    if (header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
      return chunks(in);
    }
    String length = header("Content-Length");
    return length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      String size = line(in, all);
      int length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
      all.writeBytes(in.readNBytes(length));
      if (length == 0) {
        while (!line(in, all).isEmpty()) {
          // A trailer.
        }
        return all.toByteArray();
      }
      line(in, all);
    }
  }

  private static String line(InputStream in, ByteArrayOutputStream copy) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      copy.write(next);
      if (next == '\n') {
        break;
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
