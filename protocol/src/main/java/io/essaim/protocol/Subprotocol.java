package io.essaim.protocol;

import java.util.Optional;

/** The WebSocket subprotocols (RFC 6455, section 1.9) that choose a connection's encoding. */
public enum Subprotocol {
    /** Text messages in JSON; also what a client gets that offers no subprotocol. */
    JSON("essaim.v1.json"),
    /** Binary messages by the SBE schema. */
    SBE("essaim.v1.sbe");

    private final String token;

    Subprotocol(String token) {
        this.token = token;
    }

    /** The name as it stands in {@code Sec-WebSocket-Protocol}. */
    public String token() {
        return token;
    }

    public static Optional<Subprotocol> of(String token) {
        for (Subprotocol subprotocol : values()) {
            if (subprotocol.token.equals(token)) {
                return Optional.of(subprotocol);
            }
        }
        return Optional.empty();
    }
}
