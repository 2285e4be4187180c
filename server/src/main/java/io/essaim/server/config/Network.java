package io.essaim.server.config;

import java.util.regex.Pattern;

/** An address, or all addresses that begin alike: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, {@code 127.0.0.1}. */
public record Network(String address, int prefix) {
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:]{2,39}");
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    /** @throws IllegalArgumentException when it is none; says what one is. No name is looked up. */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        int bits = IPV4.matcher(address).matches()
                ? IPV4_BITS
                : IPV6.matcher(address).matches() ? IPV6_BITS : 0;
        if (bits == 0) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" is no network; write an address, or one with the bits that count, as in 10.0.0.0/8 or 2001:db8::/32");
        }
        String prefix = slash < 0 ? String.valueOf(bits) : text.substring(slash + 1);
        if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > bits) {
            throw new IllegalArgumentException("\"" + text + "\": behind / stand the bits that count, 0 to " + bits);
        }
        return new Network(address, Integer.parseInt(prefix));
    }
}
