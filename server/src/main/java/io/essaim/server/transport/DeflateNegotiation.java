package io.essaim.server.transport;

import io.essaim.server.transport.ExtensionOffer.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which offers of permessage-deflate are accepted (RFC 7692, section 7.1). Neither side keeps a context, so that all
 * clients can share what is compressed, and none costs memory; a server may say so unasked. We compress with a window of 15
 * bits, hence an offer that demands a smaller one is declined.
 */
final class DeflateNegotiation {
    static final String HEADER = "Sec-WebSocket-Extensions";

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final String WINDOW_BITS = "15";

    private DeflateNegotiation() {}

    /** The header's value that accepts the first acceptable offer; empty when there is none. */
    static Optional<String> answer(List<ExtensionOffer> offers) {
        return offers.stream()
                .filter(DeflateNegotiation::isAcceptable)
                .findFirst()
                .map(DeflateNegotiation::answer);
    }

    private static boolean isAcceptable(ExtensionOffer offer) {
        if (!offer.name().equals(NAME)) {
            return false;
        }
        Set<String> seen = new HashSet<>();
        return offer.parameters().stream().allMatch(parameter -> seen.add(parameter.name()) && isAcceptable(parameter));
    }

    private static boolean isAcceptable(Parameter parameter) {
        return switch (parameter.name()) {
            case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> parameter.value().isEmpty();
            case SERVER_WINDOW -> parameter.value().filter(WINDOW_BITS::equals).isPresent();
            // A hint only: what a window of 15 bits reads, it reads of any smaller one.
            case CLIENT_WINDOW ->
                parameter.value().map(DeflateNegotiation::isWindow).orElse(true);
            default -> false;
        };
    }

    private static boolean isWindow(String bits) {
        return bits.matches("[89]|1[0-5]");
    }

    private static String answer(ExtensionOffer offer) {
        String answer = NAME + "; " + SERVER_NO_CONTEXT + "; " + CLIENT_NO_CONTEXT;
        boolean windowAsked = offer.parameters().stream()
                .anyMatch(parameter -> parameter.name().equals(SERVER_WINDOW));
        return windowAsked ? answer + "; " + SERVER_WINDOW + "=" + WINDOW_BITS : answer;
    }
}
