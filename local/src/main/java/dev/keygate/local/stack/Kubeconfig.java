package dev.keygate.local.stack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.util.Base64;

/** Writes the files by which clients find the API server and prove who they are. */
final class Kubeconfig {

  private Kubeconfig() {}

  static Path withCertificate(Path file, String server, String authority, X509Bundle client) {
    return write(
        file,
        server,
        authority,
        """
        client-certificate-data: %s
            client-key-data: %s"""
            .formatted(base64(client.getCertificatePathPEM()), base64(client.getPrivateKeyPEM())));
  }

  static Path withToken(Path file, String server, String authority, String token) {
    return write(file, server, authority, "token: " + token);
  }

  private static Path write(Path file, String server, String authority, String user) {
    return PrivateFile.write(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: keygate-local
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: keygate-local
          user:
            %s
        contexts:
        - name: keygate-local
          context:
            cluster: keygate-local
            user: keygate-local
        current-context: keygate-local
        """
            .formatted(server, base64(authority), user));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }
}
