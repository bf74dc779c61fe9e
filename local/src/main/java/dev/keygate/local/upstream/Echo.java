package dev.keygate.local.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The JSON text of a request as it was received: the target undecoded, header names in lower case.
 */
final class Echo {

  private Echo() {}

  static String json(
      String method, String target, Iterable<Map.Entry<String, String>> headers, String body) {
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : headers) {
      byName
          .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(header.getValue());
    }
    StringBuilder json = new StringBuilder("{\"method\": ");
    string(json, method);
    string(json.append(", \"target\": "), target);
    json.append(", \"headers\": {");
    String separator = "";
    for (Map.Entry<String, List<String>> header : byName.entrySet()) {
      string(json.append(separator), header.getKey());
      json.append(": [");
      String inner = "";
      for (String value : header.getValue()) {
        string(json.append(inner), value);
        inner = ", ";
      }
      json.append(']');
      separator = ", ";
    }
    string(json.append("}, \"body\": "), body);
    return json.append("}\n").toString();
  }

  private static void string(StringBuilder json, String value) {
    json.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
