package io.essaim.server.stream;

/** How frames come to be bytes. */
public enum FrameEncoding {
    JSON("json"),
    /** JSON, compressed for those who negotiated it. */
    DEFLATED_JSON("json-deflate"),
    PLAIN("plain");

    private final String token;

    FrameEncoding(String token) {
        this.token = token;
    }

    /** As in the names of feeds. */
    String token() {
        return token;
    }
}
