package io.essaim.server.transport;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the headers of proxies say of the way that a request came: X-Forwarded-For, else Forwarded (RFC 7239), else
 * X-Real-IP. The first of them that is there counts alone: most proxies write X-Forwarded-For, and a client may have written
 * the others.
 */
final class ForwardedHops {
    private ForwardedHops() {}

    /** Addresses from the client's to the last proxy's but one, as they stand there, without ports. */
    static List<String> of(MultiMap headers) {
        List<String> hops = new ArrayList<>();
        if (headers.contains("X-Forwarded-For")) {
            entries(headers, "X-Forwarded-For").forEach(entry -> hops.add(withoutPort(entry)));
        } else if (headers.contains("Forwarded")) {
            entries(headers, "Forwarded").forEach(entry -> hops.add(withoutPort(parameter(entry, "for"))));
        } else {
            hops.addAll(headers.getAll("X-Real-IP"));
        }
        return hops;
    }

    /** By which the client asked the last proxy. */
    static Optional<String> scheme(MultiMap headers) {
        List<String> schemes = headers.contains("X-Forwarded-Proto")
                ? entries(headers, "X-Forwarded-Proto")
                : entries(headers, "Forwarded").stream()
                        .map(entry -> parameter(entry, "proto"))
                        .toList();
        return schemes.isEmpty()
                ? Optional.empty()
                : Optional.of(schemes.get(schemes.size() - 1).toLowerCase(Locale.ROOT))
                        .filter(scheme -> !scheme.isEmpty());
    }

    /** A header's entries over all its lines, in order. */
    private static List<String> entries(MultiMap headers, String name) {
        List<String> entries = new ArrayList<>();
        headers.getAll(name).forEach(line -> entries.addAll(split(line, ',')));
        return entries;
    }

    /** Of a header's entry such as {@code for="[2001:db8::1]:4711";proto=https}; empty when it does not say. */
    private static String parameter(String entry, String name) {
        for (String pair : split(entry, ';')) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(name)) {
                return pair.substring(equals + 1).strip().replace("\"", "");
            }
        }
        return "";
    }

    /** At a character that does not stand in quotes. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        parts.add(text.substring(from).strip());
        return parts;
    }

    /** {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711} and the addresses alone. */
    private static String withoutPort(String node) {
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            return end < 0 ? node : node.substring(1, end);
        }
        int colon = node.indexOf(':');
        return colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
    }
}
