package io.essaim.protocol;

/** Codes of the payload of an {@code error} message; they are not close codes. */
public enum ErrorCode {
    INVALID_MESSAGE(1001),
    AUTHENTICATION_FAILED(1002),
    RATE_LIMITED(1003),
    SERVER_ERROR(1004);

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
