package io.essaim.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of who may connect and how much, which stand among all others in {@link Settings}. */
public final class SecuritySettings {
    static final List<Setting<?>> ALL = new ArrayList<>();

    /** That connections are held to, one by one; requests that wait for events among them. */
    static final List<String> LIMITED_PATHS = List.of(
            "/ws/swarm",
            "/ws/frequency",
            "/ws/events",
            "/ws/dashboard",
            "/ws/simulation",
            "/ws/ingest",
            "/api/events",
            "/api/events/stream");

    /** Of messages that are counted one by one: each costs 8 bytes for as long as the period is. */
    private static final int EXACT_MAX = 10_000;

    public static final Setting<Boolean> AUTH_REQUIRED =
            add(Group.IDENTITY, "auth-required", false, new SwitchForm(), "Let in only those who log in with a token");

    public static final Setting<Optional<Path>> TOKENS = add(
            Group.IDENTITY,
            "tokens",
            Optional.empty(),
            new FileForm(),
            "YAML file of tokens, hashed, and what each may do; ./essaim token makes them");

    public static final Setting<Optional<String>> JWT_KEYS = add(
            Group.IDENTITY,
            "jwt-keys",
            Optional.empty(),
            new OptionalTextForm("FILE|URL", 2_048),
            "JSON Web Key Set that tokens are checked with: a file or an https URL");

    public static final Setting<Optional<Secret>> JWT_SECRET = add(
            Group.IDENTITY,
            "jwt-secret",
            Optional.empty(),
            new SecretForm(),
            "Shared secret of tokens signed by HS256, 32 characters at least; instead of jwt-keys");

    public static final Setting<Optional<String>> JWT_ISSUER = add(
            Group.IDENTITY,
            "jwt-issuer",
            Optional.empty(),
            new OptionalTextForm("ISSUER", 255),
            "What a token has to say in iss");

    public static final Setting<Optional<String>> JWT_AUDIENCE = add(
            Group.IDENTITY,
            "jwt-audience",
            Optional.empty(),
            new OptionalTextForm("AUDIENCE", 255),
            "What a token has to name in aud");

    public static final Setting<Duration> JWT_LEEWAY = add(
            Group.IDENTITY,
            "jwt-leeway",
            Duration.ofSeconds(30),
            new DurationForm(Duration.ZERO, Duration.ofMinutes(10)),
            "How far clocks may differ when a token's times are looked at");

    public static final Setting<Duration> JWT_KEYS_REFRESH = add(
            Group.IDENTITY,
            "jwt-keys-refresh",
            Duration.ofMinutes(5),
            new DurationForm(Duration.ofSeconds(1), Duration.ofDays(1)),
            "Time between two fetches of keys from a URL; a key that is not known is asked for at once");

    public static final Setting<Optional<String>> IDENTITY_PROVIDER = add(
            Group.IDENTITY,
            "identity-provider",
            Optional.empty(),
            new OptionalTextForm("NAME", 100),
            "Provider of somebody else's that knows tokens, from the class path");

    public static final Setting<List<String>> IDENTITY_OPTIONS =
            add(Group.IDENTITY, "identity-options", List.of(), new OptionsForm(), "What that provider is told");

    public static final Setting<Duration> LOGIN_TIMEOUT = add(
            Group.IDENTITY,
            "login-timeout",
            Duration.ofSeconds(10),
            new DurationForm(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "Who has to log in and brings no token has so long to send one");

    public static final Setting<Duration> SESSION_TIMEOUT = add(
            Group.IDENTITY,
            "session-timeout",
            Duration.ofHours(1),
            new DurationForm(Duration.ofSeconds(1), Duration.ofDays(365)),
            "How long a login holds unless it is renewed; less when its token ends before");

    public static final Setting<Duration> RELOAD = add(
            Group.IDENTITY,
            "reload",
            Duration.ofSeconds(10),
            new DurationForm(Duration.ofMillis(100), Duration.ofDays(1)),
            "Time between two looks at whether files of tokens, keys and settings have changed");

    public static final Setting<List<String>> ALLOWED_ORIGINS = add(
            Group.PLACES,
            "allowed-origins",
            List.of(),
            EntriesForm.of("ORIGIN"),
            "Pages that may open WebSockets, beside the server's own: https://*.example.org, or * for all");

    public static final Setting<List<String>> CORS_ORIGINS = add(
            Group.PLACES,
            "cors-origins",
            List.of(),
            EntriesForm.of("ORIGIN"),
            "Pages that may read what the server answers over HTTP; none: those of allowed-origins");

    public static final Setting<Boolean> ALLOW_NULL_ORIGIN = add(
            Group.PLACES,
            "allow-null-origin",
            false,
            new SwitchForm(),
            "Take pages opened from a file, and all others that hide where they are from");

    public static final Setting<Boolean> REQUIRE_ORIGIN = add(
            Group.PLACES,
            "require-origin",
            false,
            new SwitchForm(),
            "Take no WebSocket that names no Origin, which only browsers do");

    public static final Setting<List<String>> TRUSTED_PROXIES = add(
            Group.PLACES,
            "trusted-proxies",
            List.of(),
            EntriesForm.of("CIDR"),
            "Networks of proxies that are believed who they forward for: 10.0.0.0/8, 127.0.0.1");

    public static final Setting<Boolean> PROXY_PROTOCOL = add(
            Group.PLACES,
            "proxy-protocol",
            false,
            new SwitchForm(),
            "Trusted proxies say so by the PROXY protocol, which every connection then begins with");

    public static final Setting<Integer> ADDRESS_CONNECTIONS = add(
            Group.RATES,
            "address-connections",
            100,
            NumberForm.whole("COUNT", 1, 1_000_000),
            "Connections from one address at most; this machine's own do not count");

    public static final Setting<Integer> IDENTITY_CONNECTIONS = add(
            Group.RATES,
            "identity-connections",
            100,
            NumberForm.whole("COUNT", 1, 1_000_000),
            "Connections of one who is logged in at most");

    public static final Setting<Map<String, Integer>> ENDPOINT_CONNECTIONS = add(
            Group.RATES,
            "endpoint-connections",
            Map.of("/ws/simulation", 1_000),
            new PathCountsForm(LIMITED_PATHS, 1_000_000),
            "Connections of one path at most, within max-connections");

    public static final Setting<Rate> HANDSHAKE_RATE = add(
            Group.RATES,
            "handshake-rate",
            new Rate(20, Duration.ofSeconds(1)),
            new RateForm(),
            "WebSockets opened and requests made from one address; this machine's own do not count");

    public static final Setting<Integer> HANDSHAKE_BURST = add(
            Group.RATES,
            "handshake-burst",
            200,
            NumberForm.whole("COUNT", 1, 10_000_000),
            "How many of them may come at once");

    public static final Setting<Rate> VIEWER_RATE = add(
            Group.RATES,
            "viewer-rate",
            new Rate(100, Duration.ofMinutes(1)),
            new RateForm(),
            "Messages from one viewer");

    public static final Setting<Integer> VIEWER_BURST = add(
            Group.RATES,
            "viewer-burst",
            10,
            NumberForm.whole("COUNT", 1, 10_000_000),
            "How many of them may come at once");

    public static final Setting<Rate> SIMULATION_RATE = add(
            Group.RATES,
            "simulation-rate",
            new Rate(100, Duration.ofSeconds(60)),
            new RateForm(EXACT_MAX),
            "Messages from one client of /ws/simulation, counted over a sliding period and never banned for");

    public static final Setting<Rate> PUBLISHER_RATE = add(
            Group.RATES,
            "publisher-rate",
            new Rate(20_000, Duration.ofSeconds(1)),
            new RateForm(),
            "Messages from one who may publish events, and events from one over HTTP");

    public static final Setting<Integer> PUBLISHER_BURST = add(
            Group.RATES,
            "publisher-burst",
            20_000,
            NumberForm.whole("COUNT", 1, 10_000_000),
            "How many of them may come at once");

    public static final Setting<Rate> ADMIN_RATE = add(
            Group.RATES,
            "admin-rate",
            new Rate(1_000, Duration.ofMinutes(1)),
            new RateForm(),
            "Messages from one administrator");

    public static final Setting<Integer> ADMIN_BURST = add(
            Group.RATES,
            "admin-burst",
            100,
            NumberForm.whole("COUNT", 1, 10_000_000),
            "How many of them may come at once");

    public static final Setting<Integer> BAN_AFTER = add(
            Group.RATES,
            "ban-after",
            20,
            NumberForm.whole("COUNT", 1, 10_000_000),
            "Messages above the rate within a minute, or tokens that do not hold, after which one is banned");

    public static final Setting<Duration> BAN_TIME = add(
            Group.RATES,
            "ban-time",
            Duration.ofMinutes(5),
            new DurationForm(Duration.ZERO, Duration.ofDays(365)),
            "How long; zero: never banned, only closed");

    private SecuritySettings() {}

    /** Whether {@link #JWT_KEYS} names a URL, and not a file. */
    public static boolean isUrl(String place) {
        return place.contains("://");
    }

    /** The same as people may see it: of a URL host and path only, since its query may hold a secret. */
    public static String shown(String place) {
        if (!isUrl(place)) {
            return place;
        }
        URI url = URI.create(place);
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort())
                + url.getRawPath();
    }

    private static <T> Setting<T> add(Group group, String key, T defaultValue, Form<T> form, String description) {
        Setting<T> setting = new Setting<>(group, key, defaultValue, form, description);
        ALL.add(setting);
        return setting;
    }
}
