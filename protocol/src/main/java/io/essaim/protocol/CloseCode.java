package io.essaim.protocol;

/**
 * Why the server closes a WebSocket: RFC 6455 section 7.4.1 where a code fits, private codes elsewhere (4000 to 4499
 * invite a reconnect, 4500 to 4999 forbid it).
 */
public enum CloseCode {
    NORMAL(1000, false),
    GOING_AWAY(1001, true),
    PROTOCOL_ERROR(1002, false),
    UNSUPPORTED_DATA(1003, false),
    INVALID_PAYLOAD(1007, false),
    POLICY_VIOLATION(1008, false),
    MESSAGE_TOO_BIG(1009, false),
    SERVER_ERROR(1011, true),
    SERVICE_RESTART(1012, true),
    TRY_AGAIN_LATER(1013, true),
    /** The client did not read for longer than the stall limit. */
    STALLED(4008, true);

    private final int code;
    private final boolean reconnect;

    CloseCode(int code, boolean reconnect) {
        this.code = code;
        this.reconnect = reconnect;
    }

    public int code() {
        return code;
    }

    /** Whether a client should connect again after this close. */
    public boolean reconnect() {
        return reconnect;
    }
}
