package io.essaim.server.terminal;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes as hexadecimal text: bare digits, or lines as {@code xxd}, {@code hexdump -C} and docs/PROTOCOL.md have them. */
final class HexText {
    /** An offset counts as one when it is that of the bytes so far: digits alone are bytes. */
    private static final Pattern OFFSET = Pattern.compile("([0-9a-fA-F]{4,15})(: ?|  |$)");

    private final StringBuilder digits = new StringBuilder();
    private boolean hasOffsets;

    private HexText() {}

    /** Empty when the input is not hexadecimal text. */
    static Optional<byte[]> parse(byte[] input) {
        for (byte b : input) {
            if (b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return Optional.empty();
            }
        }
        HexText text = new HexText();
        boolean isHex = new String(input, StandardCharsets.US_ASCII).lines().allMatch(text::add);
        boolean isWhole = text.digits.length() > 0 && text.digits.length() % 2 == 0;
        return isHex && isWhole ? Optional.of(HexFormat.of().parseHex(text.digits)) : Optional.empty();
    }

    private boolean add(String line) {
        String rest = line.strip();
        Matcher offset = OFFSET.matcher(rest);
        if (offset.lookingAt() && Long.parseLong(offset.group(1), 16) == digits.length() / 2) {
            boolean isAlone = offset.group(2).isEmpty();
            if (!isAlone || hasOffsets) {
                hasOffsets = true;
                rest = withoutText(rest.substring(offset.end()), offset.group(2).startsWith(":"));
            }
        }
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (Character.digit(c, 16) >= 0) {
                digits.append(c);
            } else if (c != ' ' && c != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Without the characters that stand beside the bytes: after two spaces in xxd's lines, in bars in hexdump's. */
    private static String withoutText(String line, boolean isXxd) {
        int end = isXxd ? line.indexOf("  ") : line.indexOf('|');
        return end < 0 ? line : line.substring(0, end);
    }
}
