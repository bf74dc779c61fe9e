package dev.keygate.local.stack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.ExtendedKeyUsage;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate authority of the stack's own and what it signed, made anew at each start: nothing
 * expires, and nothing outside the stack's folder trusts it.
 */
final class Pki {

  private static final Duration VALIDITY = Duration.ofDays(825);

  private final Path directory;
  private final X509Bundle authority;
  private final X509Bundle admin;

  private Pki(Path directory, X509Bundle authority, X509Bundle admin) {
    this.directory = directory;
    this.authority = authority;
    this.admin = admin;
  }

  /** Makes everything that the control plane needs and writes it below {@code directory}. */
  static Pki create(Path directory) {
    try {
      X509Bundle authority =
          certificate("CN=keygate-local-ca")
              .setIsCertificateAuthority(true)
              .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.digitalSignature)
              .buildSelfSigned();
      PrivateFile.write(directory.resolve("ca.crt"), authority.getCertificatePEM());
      X509Bundle serving =
          certificate("CN=kube-apiserver")
              .setKeyUsage(true, KeyUsage.digitalSignature)
              .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_SERVER_AUTH)
              .addSanIpAddress("127.0.0.1")
              .addSanDnsName("localhost")
              .addSanDnsName("kubernetes.default.svc")
              .buildIssuedBy(authority);
      write(directory, "apiserver", serving);
      KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
      rsa.initialize(2048);
      KeyPair tokens = rsa.generateKeyPair();
      PrivateFile.write(directory.resolve("sa.key"), pem("PRIVATE KEY", tokens.getPrivate()));
      PrivateFile.write(directory.resolve("sa.pub"), pem("PUBLIC KEY", tokens.getPublic()));
      // RSA: fabric8's client does not read the elliptic curve keys of a kubeconfig.
      X509Bundle admin =
          client(certificate("O=system:masters,CN=keygate-admin").rsa2048(), authority);
      return new Pki(directory, authority, admin);
    } catch (Exception e) {
      throw new IllegalStateException("can't make the certificates of the local stack", e);
    }
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  String authorityPem() {
    return authority.getCertificatePEM();
  }

  X509Bundle admin() {
    return admin;
  }

  /** A client certificate for {@code subject}. */
  X509Bundle client(String subject) {
    try {
      return client(certificate(subject), authority);
    } catch (Exception e) {
      throw new IllegalStateException("can't make a certificate for " + subject, e);
    }
  }

  /** TLS as the administrator towards the API server. */
  SSLContext adminTls() {
    try {
      KeyManagerFactory keys = admin.toKeyManagerFactory();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys.getKeyManagers(), authority.toTrustManagerFactory().getTrustManagers(), null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException("can't set up TLS for the local stack", e);
    }
  }

  private static X509Bundle client(CertificateBuilder certificate, X509Bundle authority)
      throws Exception {
    return certificate
        .setKeyUsage(true, KeyUsage.digitalSignature)
        .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_CLIENT_AUTH)
        .buildIssuedBy(authority);
  }

  private static CertificateBuilder certificate(String subject) {
    Instant now = Instant.now();
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .notBefore(now.minus(Duration.ofHours(1)))
        .notAfter(now.plus(VALIDITY));
  }

  private static void write(Path directory, String name, X509Bundle bundle) {
    PrivateFile.write(directory.resolve(name + ".crt"), bundle.getCertificatePathPEM());
    PrivateFile.write(directory.resolve(name + ".key"), bundle.getPrivateKeyPEM());
  }

  private static String pem(String label, Key key) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key.getEncoded());
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, body, label);
  }
}
