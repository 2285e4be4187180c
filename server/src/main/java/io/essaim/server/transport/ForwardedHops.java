package io.essaim.server.transport;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the headers of proxies say of the way that a request came: X-Forwarded-For, else Forwarded (RFC 7239), else
 * X-Real-IP. The first of them that is there counts alone: most proxies write X-Forwarded-For, and a client may have written
 * the others.
 */
final class ForwardedHops {
    private static final List<String> NAMES = List.of("X-Forwarded-For", "Forwarded", "X-Real-IP");

    private ForwardedHops() {}

    /** Whether one of the headers is there, whatever it holds. */
    static boolean areIn(MultiMap headers) {
        return NAMES.stream().anyMatch(headers::contains);
    }

    /** Addresses from the client's to the last proxy's but one, as they stand there, without ports. */
    static List<String> of(MultiMap headers) {
        List<String> hops = new ArrayList<>();
        if (headers.contains("X-Forwarded-For")) {
            plainEntries(headers, "X-Forwarded-For").forEach(entry -> hops.add(withoutPort(entry)));
        } else if (headers.contains("Forwarded")) {
            forwarded(headers).forEach(entry -> hops.add(withoutPort(parameter(entry, "for"))));
        } else {
            hops.addAll(headers.getAll("X-Real-IP"));
        }
        return hops;
    }

    /** By which the client asked the last proxy. */
    static Optional<String> scheme(MultiMap headers) {
        List<String> schemes = headers.contains("X-Forwarded-Proto")
                ? plainEntries(headers, "X-Forwarded-Proto")
                : forwarded(headers).stream()
                        .map(entry -> parameter(entry, "proto"))
                        .toList();
        return schemes.isEmpty()
                ? Optional.empty()
                : Optional.of(schemes.get(schemes.size() - 1).toLowerCase(Locale.ROOT))
                        .filter(scheme -> !scheme.isEmpty());
    }

    /** Over all lines of a header, in order. It knows no quotes: one that a client wrote must not hide what comes after. */
    private static List<String> plainEntries(MultiMap headers, String name) {
        List<String> entries = new ArrayList<>();
        for (String line : headers.getAll(name)) {
            for (String entry : line.split(",", -1)) {
                entries.add(entry.strip());
            }
        }
        return entries;
    }

    private static List<String> forwarded(MultiMap headers) {
        List<String> entries = new ArrayList<>();
        headers.getAll("Forwarded").forEach(line -> entries.addAll(split(line, ',')));
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

    /**
     * At a character that does not stand in quotes. From the right end, which the proxy wrote: a quote that a client left
     * open further left changes nothing there.
     */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int to = text.length();
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == '"' && !(quoted && isEscaped(text, i))) {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(i + 1, to).strip());
                to = i;
            }
        }
        parts.add(text.substring(0, to).strip());
        Collections.reverse(parts);
        return parts;
    }

    /** Whether an odd number of backslashes stands before it. */
    private static boolean isEscaped(String text, int at) {
        int first = at;
        while (first > 0 && text.charAt(first - 1) == '\\') {
            first--;
        }
        return (at - first) % 2 == 1;
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
