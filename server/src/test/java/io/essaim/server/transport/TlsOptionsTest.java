package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.TlsEngine;
import io.essaim.server.config.TlsSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TlsOptionsTest {
    @Test
    void openSslWhereThereIsNoneIsAnError() {
        assertThatThrownBy(() -> TlsOptions.checkEngine(choosing(TlsEngine.OPENSSL), unavailable()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("program: tls-engine=openssl: OpenSSL is not available here (no library for this system);"
                        + " choose auto or jdk");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPENSSL")
    void theOthersNeedNone(TlsEngine engine) {
        assertThatCode(() -> TlsOptions.checkEngine(choosing(engine), unavailable()))
                .doesNotThrowAnyException();
    }

    private static Throwable unavailable() {
        return new IllegalStateException("wrapped", new UnsatisfiedLinkError("no library for this system"));
    }

    private static Configuration choosing(TlsEngine engine) {
        return Configuration.defaults().with(TlsSettings.TLS_ENGINE, engine);
    }
}
