package io.essaim.server.terminal;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where a stream is, in the forms in which people write it. */
final class Address {
    static final String DEFAULT = "ws://localhost:8001/ws/swarm";

    private static final int DEFAULT_PORT = 8001;
    private static final String SWARM_PATH = "/ws/swarm";
    private static final String EVENTS_PATH = "/ws/events";
    private static final String EVENTS_API_PATH = "/api/events";
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^]]+]|[^:/\\[\\]]+):[0-9]{1,5}([/?].*)?");

    private Address() {}

    /** Whether it can hardly be meant as a file's name. */
    static boolean looksLike(String text) {
        return text.contains("://") || HOST_AND_PORT.matcher(text).matches();
    }

    /**
     * Reads {@code ws://}, {@code wss://}, {@code http://} and {@code https://} URLs, {@code host:port} and {@code host}. Port
     * {@value #DEFAULT_PORT} is meant where there is neither port nor scheme, {@value #SWARM_PATH} where there is no path.
     */
    static URI parse(String text) throws Failure {
        return parse(text, SWARM_PATH);
    }

    /** Likewise of events: {@value #EVENTS_PATH} is meant where there is no path. */
    static URI ofEvents(String text) throws Failure {
        return parse(text, EVENTS_PATH);
    }

    /** Where events are handed in, with the scheme http or https; {@value #EVENTS_API_PATH} is meant where there is no path. */
    static URI ofEventsApi(String text) throws Failure {
        return URI.create("http" + parse(text, EVENTS_API_PATH).toString().substring("ws".length()));
    }

    private static URI parse(String text, String defaultPath) throws Failure {
        try {
            URI uri = new URI(text.contains("://") ? text : "ws://" + text);
            String scheme = scheme(uri.getScheme().toLowerCase(Locale.ROOT), text);
            if (uri.getHost() == null || uri.getRawFragment() != null) {
                throw malformed(text);
            }
            int port = uri.getPort() < 0 && !text.contains("://") ? DEFAULT_PORT : uri.getPort();
            String path = uri.getRawPath();
            return new URI(scheme + "://" + uri.getHost() + (port < 0 ? "" : ":" + port)
                    + (path.isEmpty() || path.equals("/") ? defaultPath : path)
                    + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
        } catch (URISyntaxException e) {
            throw malformed(text);
        }
    }

    private static String scheme(String scheme, String text) throws Failure {
        return switch (scheme) {
            case "ws", "http" -> "ws";
            case "wss", "https" -> "wss";
            default -> throw malformed(text);
        };
    }

    private static Failure malformed(String text) {
        return new Failure(
                "'" + text + "' is not the address of a stream",
                "write it as localhost:8001, ws://host:port/ws/swarm or https://host");
    }
}
