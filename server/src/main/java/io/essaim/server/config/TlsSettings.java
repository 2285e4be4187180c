package io.essaim.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of encryption, which stand among all others in {@link Settings}. */
public final class TlsSettings {
    static final List<Setting<?>> ALL = new ArrayList<>();

    public static final Setting<Optional<Path>> TLS_CERTIFICATE = add(
            "tls-certificate",
            Optional.empty(),
            new FileForm(),
            "PEM file of the certificate and those between it and its root; serves https and wss");

    public static final Setting<Optional<Path>> TLS_KEY = add(
            "tls-key",
            Optional.empty(),
            new FileForm(),
            "PEM file of the certificate's key: PKCS#8, RSA or EC, not encrypted");

    public static final Setting<Boolean> TLS_SELF_SIGNED = add(
            "tls-self-signed",
            false,
            new SwitchForm(),
            "Make a certificate at start that nobody vouches for, for a try");

    public static final Setting<Duration> TLS_RELOAD = add(
            "tls-reload",
            Duration.ofSeconds(10),
            new DurationForm(Duration.ofMillis(100), Duration.ofDays(1)),
            "Time between two looks at whether the files have changed");

    public static final Setting<TlsEngine> TLS_ENGINE = add(
            "tls-engine",
            TlsEngine.AUTO,
            new ChoiceForm<>("ENGINE", TlsEngine.class),
            "What encrypts: the JDK or OpenSSL");

    public static final Setting<TlsClients> TLS_CLIENTS = add(
            "tls-clients",
            TlsClients.ANY,
            new ChoiceForm<>("WHICH", TlsClients.class),
            "Whether clients need a certificate of their own: any, certified ones only, or optional");

    public static final Setting<Optional<Path>> TLS_CLIENT_AUTHORITY = add(
            "tls-client-authority",
            Optional.empty(),
            new FileForm(),
            "PEM file of the authorities whose clients are let in");

    private TlsSettings() {}

    private static <T> Setting<T> add(String key, T defaultValue, Form<T> form, String description) {
        Setting<T> setting = new Setting<>(Group.TLS, key, defaultValue, form, description);
        ALL.add(setting);
        return setting;
    }
}
