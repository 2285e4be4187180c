package io.essaim.server.stream;

/** How frames come to be bytes. */
public enum FrameEncoding {
    JSON("json", 150),
    /** JSON, compressed for those who negotiated it. */
    DEFLATED_JSON("json-deflate", 1_000),
    PLAIN("plain", 20),
    /** What prediction leaves of the frame. */
    DELTA("delta", 400);

    private final String token;
    private final int nanosPerAgent;

    /** @param nanosPerAgent roughly, on a slow day */
    FrameEncoding(String token, int nanosPerAgent) {
        this.token = token;
        this.nanosPerAgent = nanosPerAgent;
    }

    /** What to expect of an encode that has not been measured yet. */
    long expectedNanos(int agents) {
        return (long) nanosPerAgent * agents;
    }

    /** As in the names of feeds. */
    String token() {
        return token;
    }
}
