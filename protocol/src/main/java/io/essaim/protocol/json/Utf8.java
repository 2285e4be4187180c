package io.essaim.protocol.json;

/** Whether bytes are UTF-8 as RFC 3629 has it: a parser of JSON is not that strict, and a WebSocket's peer is. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int first = bytes[at];
            int more = first >= 0 ? 0 : more(first & 0xFF);
            if (more < 0 || at + more >= to || (more > 0 && !continues(bytes, at, more))) {
                return false;
            }
            at += 1 + more;
        }
        return true;
    }

    /** How many bytes follow the first one; negative when it cannot be the first. */
    private static int more(int first) {
        if (first < 0xC2 || first > 0xF4) {
            return -1;
        }
        return first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    }

    private static boolean continues(byte[] bytes, int at, int more) {
        int codePoint = (bytes[at] & 0xFF) & (0x3F >> more);
        for (int i = 1; i <= more; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return false;
            }
            codePoint = codePoint << 6 | (bytes[at + i] & 0x3F);
        }
        // Longer than need be, half of a surrogate pair, or beyond Unicode.
        boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
        int least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
        return codePoint >= least && !surrogate && codePoint <= 0x10FFFF;
    }
}
