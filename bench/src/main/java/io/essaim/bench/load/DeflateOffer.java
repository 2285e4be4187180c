package io.essaim.bench.load;

import io.essaim.bench.load.Handshake.RefusedException;
import java.util.Locale;

/**
 * What of permessage-deflate (RFC 7692, section 7.1) is offered, and whether an answer fits it: each message by itself, so
 * that neither side keeps a window for each connection.
 */
final class DeflateOffer {
    static final String HEADER =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits";

    private static final String NAME = "permessage-deflate";
    private static final int WINDOW_BITS_MIN = 8;
    private static final int WINDOW_BITS_MAX = 15;

    private DeflateOffer() {}

    /** @throws RefusedException when the answer is not one to this offer */
    static void check(String answer) throws RefusedException {
        String[] parts = answer.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].trim().equals(NAME)) {
            throw new RefusedException("the server uses an extension that was not offered: " + answer);
        }
        boolean forgets = false;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            forgets |= parameter.equals("server_no_context_takeover");
            if (!isKnown(parameter)) {
                throw new RefusedException("the server answers the offer of " + NAME + " with " + parameter);
            }
        }
        if (!forgets) {
            throw new RefusedException(
                    "the server agrees to " + NAME + ", but not to server_no_context_takeover, which was offered");
        }
    }

    private static boolean isKnown(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals).trim();
        return switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> equals < 0;
            case "server_max_window_bits", "client_max_window_bits" ->
                equals > 0 && isWindow(parameter.substring(equals + 1).trim().replace("\"", ""));
            default -> false;
        };
    }

    private static boolean isWindow(String bits) {
        return bits.matches("[1-9]\\d?")
                && Integer.parseInt(bits) >= WINDOW_BITS_MIN
                && Integer.parseInt(bits) <= WINDOW_BITS_MAX;
    }
}
