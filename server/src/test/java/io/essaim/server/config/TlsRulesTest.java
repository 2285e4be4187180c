package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the settings of TLS have to fulfil together. */
final class TlsRulesTest {
    @Test
    void aCertificateNeedsItsKey() {
        assertThat(problems(Map.of("tls-certificate", "a.pem")))
                .containsExactly(
                        "flag --tls-certificate: tls-certificate=a.pem: TLS needs tls-key as well; name that file"
                                + " too, or remove tls-certificate to serve without TLS");
    }

    @Test
    void aKeyNeedsItsCertificate() {
        assertThat(problems(Map.of("tls-key", "a.pem", "tls-certificate", "none")))
                .containsExactly(
                        "flag --tls-key: tls-key=a.pem: TLS needs tls-certificate as well; name that file too, or"
                                + " remove tls-key to serve without TLS");
    }

    @Test
    void aCertificateIsEitherThereOrMade() {
        assertThat(problems(Map.of("tls-certificate", "a.pem", "tls-key", "b.pem", "tls-self-signed", "true")))
                .containsExactly("flag --tls-self-signed: tls-self-signed=true: there is a certificate already,"
                        + " tls-certificate=a.pem (flag --tls-certificate); remove one of them");
    }

    @Test
    void clientsShowCertificatesByTlsAndSomebodyVouchesForThem() {
        assertThat(problems(Map.of("tls-clients", "certified")))
                .containsExactly(
                        "flag --tls-clients: tls-clients=certified: clients show certificates by TLS only; set"
                                + " tls-certificate and tls-key as well, or remove tls-clients",
                        "flag --tls-clients: tls-clients=certified: it is not said whose certificates are good; name"
                                + " the PEM file of their authority in tls-client-authority");
    }

    @Test
    void anAuthorityIsOfUseOnlyWhenClientsAreAsked() {
        assertThat(problems(Map.of("tls-self-signed", "true", "tls-client-authority", "a.pem")))
                .containsExactly("flag --tls-client-authority: tls-client-authority=a.pem: no client is asked for a"
                        + " certificate; set tls-clients to certified or optional, or remove tls-client-authority");
    }

    @Test
    void anUnknownEngineIsToldOfThoseThereAre() {
        assertThat(problems(Map.of("tls-engine", "gnutls")))
                .containsExactly("--tls-engine: tls-engine=gnutls: it is none of auto, jdk, openssl");
    }

    @Test
    void twoFilesAreInOrder() throws Exception {
        Configuration configuration = new ConfigurationLoader()
                .flags(Map.of("tls-certificate", "a.pem", "tls-key", "b.pem"))
                .load();
        assertThat(configuration.get(TlsSettings.TLS_CERTIFICATE)).contains(Path.of("a.pem"));
        assertThat(configuration.get(TlsSettings.TLS_KEY)).contains(Path.of("b.pem"));
    }

    private static List<String> problems(Map<String, String> flags) {
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationLoader().flags(flags).load());
        return e.problems().stream().map(Problem::toString).toList();
    }
}
