package io.essaim.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A client's certificate and the authority that signed it, made anew. */
public final class TestClientCertificate {
    private static final char[] PASSWORD = "test-password".toCharArray();
    private static final String AUTHORITY = "authority";
    private static final String CLIENT = "client";

    private final KeyStore keys;

    private TestClientCertificate(KeyStore keys) {
        this.keys = keys;
    }

    public static TestClientCertificate make() throws Exception {
        Path folder = Files.createTempDirectory("test-client-certificate");
        Path store = folder.resolve("store.p12");
        try {
            keytool(store, "-alias", AUTHORITY, "-dname", "CN=test authority", "-ext", "bc:c");
            keytool(store, "-alias", CLIENT, "-dname", "CN=ann", "-signer", AUTHORITY, "-ext", "eku=clientAuth");
            try (InputStream in = Files.newInputStream(store)) {
                KeyStore keys = KeyStore.getInstance("PKCS12");
                keys.load(in, PASSWORD);
                return new TestClientCertificate(keys);
            }
        } finally {
            Files.deleteIfExists(store);
            Files.delete(folder);
        }
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    public String authorityPem() throws Exception {
        return TestCertificate.pem("CERTIFICATE", keys.getCertificate(AUTHORITY).getEncoded());
    }

    /** For a client that trusts the server's certificate, and shows this one when it is asked. */
    public SSLContext trusting(TestCertificate server) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(CLIENT, keys.getKey(CLIENT, PASSWORD), PASSWORD, keys.getCertificateChain(CLIENT));
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(own, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", server.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
