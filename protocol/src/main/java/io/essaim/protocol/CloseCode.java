package io.essaim.protocol;

/**
 * Why the server closes a WebSocket: RFC 6455 section 7.4.1 where a code fits, private codes elsewhere (4000 to 4499
 * invite a reconnect, 4500 to 4999 forbid it).
 */
public enum CloseCode {
    NORMAL(1000),
    GOING_AWAY(1001),
    PROTOCOL_ERROR(1002),
    UNSUPPORTED_DATA(1003),
    INVALID_PAYLOAD(1007),
    POLICY_VIOLATION(1008),
    MESSAGE_TOO_BIG(1009),
    SERVER_ERROR(1011),
    SERVICE_RESTART(1012),
    TRY_AGAIN_LATER(1013),
    /** The login ended and was not renewed: come back with a new token. */
    LOGIN_EXPIRED(4401),
    /** The login was renewed with other permissions: come back, and the cursor that one has resumes. */
    PERMISSIONS_CHANGED(4403),
    /** Too far behind with events; the cursor that it has resumes. */
    BEHIND(4408);

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
