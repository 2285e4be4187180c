package io.essaim.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Setting;
import io.essaim.server.config.Settings;
import io.essaim.server.config.TlsClients;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be wrong with a certificate and its key at start, and what is said of it. */
final class CertificatesTest {
    private static TestCertificate elliptic;
    private static TestCertificate rsa;

    @TempDir
    Path folder;

    private TlsFiles files;

    @BeforeAll
    static void makeCertificates() throws Exception {
        elliptic = TestCertificate.elliptic();
        rsa = TestCertificate.rsa(2_048);
    }

    @BeforeEach
    void write() throws Exception {
        files = TlsFiles.in(folder, elliptic);
    }

    @Test
    void withoutSettingsThereIsNone() throws Exception {
        assertThat(Certificates.of(Configuration.defaults())).isEmpty();
    }

    @Test
    void ellipticAndRsaKeysAreTaken() throws Exception {
        assertThat(identity().certificate()).isEqualTo(elliptic.certificate());
        files.write(rsa);
        assertThat(identity().certificate()).isEqualTo(rsa.certificate());
    }

    @Test
    void theFingerprintIsWhatBrowsersShow() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(elliptic.certificate().getEncoded());
        assertThat(identity().fingerprint())
                .matches("([0-9A-F]{2}:){31}[0-9A-F]{2}")
                .isEqualTo(HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest));
    }

    @Test
    void aChainIsShownAsItStands() throws Exception {
        Files.writeString(files.certificate(), elliptic.certificatePem() + "text between\n" + rsa.certificatePem());
        assertThat(identity().certificate()).isEqualTo(elliptic.certificate());
    }

    @Test
    void linesOfOtherSystemsAndTextAroundAreNoMatter() throws Exception {
        Files.writeString(
                files.certificate(),
                "Bag - Attributes\n" + elliptic.certificatePem().replace("\n", "\r\n"));
        Files.writeString(files.key(), TestCertificate.pem("EC PARAMETERS", new byte[] {6, 0}) + elliptic.keyPem());
        assertThat(identity().certificate()).isEqualTo(elliptic.certificate());
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Files.delete(files.key());
        assertRefused(TlsSettings.TLS_KEY, "no such file; correct the path");
        Files.delete(files.certificate());
        assertRefused(TlsSettings.TLS_CERTIFICATE, "no such file; correct the path");
    }

    @Test
    void aRelativeNameIsLookedForInTheWorkingDirectory() {
        files = new TlsFiles(Path.of("nowhere.pem"), files.key());
        assertRefused(
                TlsSettings.TLS_CERTIFICATE, "no such file in " + Path.of("").toAbsolutePath());
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws Exception {
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("---------"));
        if (Files.isReadable(files.key())) {
            // The superuser reads everything.
            assertThat(identity().certificate()).isEqualTo(elliptic.certificate());
        } else {
            assertRefused(TlsSettings.TLS_KEY, "may not read it; change its owner or mode");
        }
    }

    @Test
    void aDirectoryIsNoFile() {
        files = new TlsFiles(folder, files.key());
        assertRefused(TlsSettings.TLS_CERTIFICATE, "it is a directory; name the file in it");
    }

    @Test
    void aFileOfAnythingIsNotReadToItsEnd() throws Exception {
        Files.write(files.certificate(), new byte[(1 << 20) + 1]);
        assertRefused(TlsSettings.TLS_CERTIFICATE, "it has more than 1048576 bytes, which no PEM file has");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "-----BEGIN CERTIFICATE-----\nMIIB"})
    void whatIsNoPemIsRefused(String content) throws Exception {
        Files.writeString(files.certificate(), content);
        assertRefused(TlsSettings.TLS_CERTIFICATE, "no '-----BEGIN CERTIFICATE-----' with its END is in it");
        files.write(elliptic);
        Files.writeString(files.key(), content);
        assertRefused(TlsSettings.TLS_KEY, "no '-----BEGIN PRIVATE KEY-----' with its END is in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not base64!", "bm9uc2Vuc2U="})
    void damageInsideABlockIsRefused(String body) throws Exception {
        Files.writeString(
                files.certificate(),
                elliptic.certificatePem() + "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
        assertRefused(TlsSettings.TLS_CERTIFICATE, "certificate 2 in it is damaged");
        files.write(elliptic);
        Files.writeString(files.key(), "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
        assertRefused(TlsSettings.TLS_KEY, "it is damaged, or not of the kind that tls-certificate has, EC");
    }

    @Test
    void theTwoFilesInEachOthersPlaceAreRefused() {
        files = new TlsFiles(files.key(), files.certificate());
        assertRefused(TlsSettings.TLS_CERTIFICATE, "no '-----BEGIN CERTIFICATE-----'");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Files.writeString(files.key(), TestCertificate.elliptic().keyPem());
        assertRefused(TlsSettings.TLS_KEY, "it is not the key of the first certificate in tls-certificate");
        Files.writeString(files.key(), rsa.keyPem());
        assertRefused(
                TlsSettings.TLS_KEY, "not of the kind that tls-certificate has, EC; name the two files of one pair");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC PRIVATE KEY", "RSA PRIVATE KEY"})
    void anOlderFormOfKeyIsToldHowToConvert(String label) throws Exception {
        Files.writeString(files.key(), TestCertificate.pem(label, new byte[] {1}));
        assertRefused(TlsSettings.TLS_KEY, "'" + label + "'; make it PKCS#8: openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void anEncryptedKeyIsToldHowToDecrypt() throws Exception {
        Files.writeString(files.key(), TestCertificate.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}));
        assertRefused(TlsSettings.TLS_KEY, "it is encrypted, and nobody is there to type the pass phrase; decrypt it");
    }

    @Test
    void aKindOfKeyThatNotEveryEngineHasIsRefused() throws Exception {
        files.write(TestCertificate.make("-keyalg", "Ed25519"));
        assertRefused(TlsSettings.TLS_CERTIFICATE, "take one with an RSA or EC key");
    }

    @Test
    void aShortRsaKeyIsRefused() throws Exception {
        files.write(TestCertificate.rsa(1_024));
        assertRefused(TlsSettings.TLS_CERTIFICATE, "its RSA key has 1024 bits; take one of 2048 at least");
    }

    @Test
    void filesAreNewWhenTheirContentIsAndBrokenOnce() throws Exception {
        CertificateSource source = source();
        assertThat(source.next()).isEmpty();
        files.write(elliptic);
        assertThat(source.next()).as("the same again").isEmpty();
        files.write(rsa);
        assertThat(source.next().map(TlsIdentity::certificate)).contains(rsa.certificate());
        Files.writeString(files.key(), "nonsense");
        assertThatThrownBy(source::next).isInstanceOf(TlsFileException.class);
        assertThat(source.next()).as("told once").isEmpty();
        Files.delete(files.key());
        assertThatThrownBy(source::next).isInstanceOf(TlsFileException.class);
        assertThat(source.next()).as("told once").isEmpty();
    }

    @Test
    void theAuthorityOfClientsIsReadAndWhatIsWrongWithItIsSaid() throws Exception {
        Path authority = folder.resolve("authority.pem");
        assertAuthorityRefused(authority, "no such file; correct the path");
        Files.writeString(authority, rsa.keyPem());
        assertAuthorityRefused(authority, "no '-----BEGIN CERTIFICATE-----' with its END is in it");
        Files.writeString(authority, rsa.certificatePem());
        CertificateSource source = withAuthority(authority);
        assertThat(source.first().clients()).isPresent();
        assertThat(source.next()).isEmpty();
        Files.writeString(authority, elliptic.certificatePem());
        Files.writeString(files.key(), "nonsense");
        assertThatThrownBy(source::next).isInstanceOf(TlsFileException.class);
        assertThat(source.next().map(TlsIdentity::certificate))
                .as("the authority is new, the certificate the old one")
                .contains(elliptic.certificate());
        Files.writeString(authority, "nonsense");
        assertThatThrownBy(source::next).isInstanceOf(TlsFileException.class);
        assertThat(source.next()).as("told once").isEmpty();
        files.write(rsa);
        assertThat(source.next().map(TlsIdentity::certificate)).contains(rsa.certificate());
    }

    private CertificateSource withAuthority(Path authority) throws ConfigurationException {
        return Certificates.of(files.addedTo(Configuration.defaults())
                        .with(TlsSettings.TLS_CLIENTS, TlsClients.CERTIFIED)
                        .with(TlsSettings.TLS_CLIENT_AUTHORITY, Optional.of(authority)))
                .orElseThrow();
    }

    private void assertAuthorityRefused(Path authority, String why) {
        assertThatThrownBy(() -> withAuthority(authority))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("program: tls-client-authority=" + authority + ": ")
                .hasMessageContaining(why);
    }

    @Test
    void aSelfSignedOneIsForThisMachineAndLeavesNoFile() throws Exception {
        List<String> before = leftOvers();
        Configuration configuration =
                Configuration.defaults().with(TlsSettings.TLS_SELF_SIGNED, true).with(Settings.HOST, "192.0.2.7");
        TlsIdentity identity = Certificates.of(configuration).orElseThrow().first();
        assertThat(identity.certificate().getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1).toString()))
                .contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "192.0.2.7");
        identity.certificate().checkValidity();
        assertThat(leftOvers()).isEqualTo(before);
    }

    private static List<String> leftOvers() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("essaim-tls"))
                    .sorted()
                    .toList();
        }
    }

    private CertificateSource source() throws ConfigurationException {
        return Certificates.of(files.addedTo(Configuration.defaults())).orElseThrow();
    }

    private TlsIdentity identity() throws ConfigurationException {
        return source().first();
    }

    private void assertRefused(Setting<Optional<Path>> setting, String why) {
        Path file = setting == TlsSettings.TLS_KEY ? files.key() : files.certificate();
        assertThatThrownBy(this::source)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("program: " + setting.key() + "=" + file + ": ")
                .hasMessageContaining(why);
    }
}
