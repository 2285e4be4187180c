package io.essaim.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * An identity that nobody vouches for, made at start by the JDK's keytool: the JDK has no public class that signs a
 * certificate. What keytool writes is removed as soon as it is read.
 */
final class SelfSigned implements CertificateSource {
    private static final int TOOL_TIMEOUT_SECONDS = 30;
    private static final int DAYS = 30;
    private static final String ALIAS = "essaim";

    private final TlsIdentity identity;

    /** @throws IOException when keytool is missing or fails */
    SelfSigned(String listenHost) throws IOException {
        Path folder = Files.createTempDirectory("essaim-tls");
        Path store = folder.resolve("store.p12");
        try {
            String password = password();
            make(store, password, names(listenHost));
            identity = read(store, password.toCharArray());
        } finally {
            Files.deleteIfExists(store);
            Files.delete(folder);
        }
    }

    private static String password() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** What the certificate is for, as keytool writes it: this machine by its usual names, and what is listened on. */
    private static String names(String listenHost) {
        Set<String> names = new LinkedHashSet<>(List.of("dns:localhost", "ip:127.0.0.1", "ip:::1"));
        names.add(name(listenHost));
        try {
            names.add(name(InetAddress.getLocalHost().getHostName()));
        } catch (UnknownHostException e) {
            // The machine does not know its own name: nobody else will call it by one.
        }
        names.remove("");
        return names.stream().collect(Collectors.joining(","));
    }

    private static String name(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "";
        }
        boolean isAddress = host.contains(":") || host.matches("[0-9.]+");
        if (isAddress) {
            return "ip:" + host.split("%", -1)[0];
        }
        // What keytool takes for a name.
        return host.matches("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
                ? "dns:" + host
                : "";
    }

    private static void make(Path store, String password, String names) throws IOException {
        ProcessBuilder tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=Essaim self-signed",
                        "-ext",
                        "san=" + names,
                        "-validity",
                        String.valueOf(DAYS),
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass:env",
                        "STORE_PASSWORD")
                .redirectErrorStream(true);
        // Not on the command line, which everybody may read.
        tool.environment().put("STORE_PASSWORD", password);
        Process process = tool.start();
        try {
            process.getOutputStream().close();
            // It says less than a pipe holds.
            if (!process.waitFor(TOOL_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("keytool did not end within " + TOOL_TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                throw new IOException("keytool failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static TlsIdentity read(Path file, char[] password) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return new TlsIdentity(store.getCertificateChain(ALIAS), (PrivateKey) store.getKey(ALIAS, password));
        } catch (GeneralSecurityException e) {
            throw new IOException("keytool made what cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public TlsIdentity first() {
        return identity;
    }

    @Override
    public Optional<TlsIdentity> next() {
        return Optional.empty();
    }
}
