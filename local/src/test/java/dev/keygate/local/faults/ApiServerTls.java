package dev.keygate.local.faults;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The API server's own certificate, for who stands in its place. */
final class ApiServerTls {

  private ApiServerTls() {}

  /** For both sides: it trusts the cluster's authority alone. */
  static SSLContext of(Path pki) {
    try {
      return context(pki);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("there is no certificate in " + pki, e);
    }
  }

  private static SSLContext context(Path pki) throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Certificate authority =
        factory.generateCertificate(
            new ByteArrayInputStream(Files.readAllBytes(pki.resolve("ca.crt"))));
    Certificate[] chain =
        factory
            .generateCertificates(
                new ByteArrayInputStream(Files.readAllBytes(pki.resolve("apiserver.crt"))))
            .toArray(Certificate[]::new);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("proxy", key(pki.resolve("apiserver.key")), new char[0], chain);
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file);
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
