package io.essaim.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which pages are meant: {@code https://app.example.org}, {@code https://*.example.org} for all names below that one,
 * {@code http://localhost:*} for every port, {@code *} for all pages.
 *
 * @param scheme lower case; empty for all pages
 * @param host lower case; of all names below one it begins with a dot
 * @param port {@value #ANY_PORT} for every one
 */
public record OriginPattern(String scheme, String host, int port) {
    /** In place of a port. */
    public static final int ANY_PORT = -1;

    private static final OriginPattern ALL = new OriginPattern("", "", ANY_PORT);
    private static final Pattern SYNTAX = Pattern.compile(
            "([a-z][a-z0-9+.-]*)://(\\*\\.)?([a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+])(?::([0-9]{1,5}|\\*))?");

    /** @throws IllegalArgumentException when it is none; says what one is */
    public static OriginPattern parse(String text) {
        if (text.equals("*")) {
            return ALL;
        }
        Matcher written = SYNTAX.matcher(text.toLowerCase(Locale.ROOT));
        if (!written.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no origin; write scheme://host or scheme://host:port,"
                            + " https://*.example.org for all names below one, http://localhost:* for every port, or *");
        }
        String scheme = written.group(1);
        String host = (written.group(2) == null ? "" : ".") + written.group(3);
        String port = written.group(4);
        if ("*".equals(port)) {
            return new OriginPattern(scheme, host, ANY_PORT);
        }
        int number = port == null ? portOf(scheme) : Integer.parseInt(port);
        if (number > 65_535) {
            throw new IllegalArgumentException("\"" + text + "\": a port is at most 65535");
        }
        return new OriginPattern(scheme, host, number);
    }

    /** @param origin as a browser writes it: scheme, host and, unless it is the scheme's own, port */
    public boolean matches(String origin) {
        if (equals(ALL)) {
            return true;
        }
        try {
            URI page = new URI(origin.toLowerCase(Locale.ROOT));
            return page.getHost() != null
                    && scheme.equals(page.getScheme())
                    && (host.startsWith(".")
                            ? page.getHost().endsWith(host)
                            : page.getHost().equals(host))
                    && (port == ANY_PORT || port == portOf(page));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The one that is named, or that of its scheme; 0 when neither is known. */
    public static int portOf(URI page) {
        return page.getPort() >= 0 ? page.getPort() : portOf(String.valueOf(page.getScheme()));
    }

    private static int portOf(String scheme) {
        return switch (scheme) {
            case "https" -> 443;
            case "http" -> 80;
            default -> 0;
        };
    }
}
