package io.essaim.protocol;

/** Bounds of the protocol itself; what a deployment may choose stands in the server's configuration. */
public final class Limits {
    /** Agents in one swarm. */
    public static final int AGENTS_MAX = 100_000;

    /** Labels ("spheres") in one roster. */
    public static final int SPHERES_MAX = 65_535;

    /** UTF-8 bytes of one label. */
    public static final int LABEL_BYTES_MAX = 255;

    /** UTF-8 bytes of a request's id. */
    public static final int REQUEST_ID_BYTES_MAX = 128;

    /** Characters of a token: half of what the headers of a request may hold. */
    public static final int TOKEN_CHARS_MAX = 4_096;

    /** Bytes of a message from a viewer. */
    public static final int VIEWER_MESSAGE_BYTES_MAX = 64_000;

    /** Ids and ranges of ids in one view. */
    public static final int VIEW_RANGES_MAX = 1_000;

    /** Labels in one view. */
    public static final int VIEW_SPHERES_MAX = 100;

    /** Bytes of a message from a producer, unless the server is told otherwise: 100,000 agents in JSON. */
    public static final int INGEST_MESSAGE_BYTES_MAX = 16 << 20;

    /** Names in one notice of presence; more are only counted. */
    public static final int PRESENCE_NAMES_MAX = 100;

    /** Bytes of an event's data: with the rest of it, it fits into a message from a viewer. */
    public static final int EVENT_DATA_BYTES_MAX = 60_000;

    /** How deep an event's data may be nested. */
    public static final int EVENT_DATA_DEPTH_MAX = 32;

    /** Characters of a cursor. */
    public static final int CURSOR_CHARS_MAX = 4_096;

    /** Microseconds of a frame's age that a client may report: 4,000,000 ms, near what a uint32 holds. */
    public static final long AGE_MICROS_MAX = 4_000_000_000L;

    /** Frames a second that a client may report. */
    public static final int FPS_MAX = 1_000;

    /** The largest time, offset, count or epoch: a double, and so every JSON reader, tells all whole numbers to here apart. */
    public static final long WHOLE_NUMBER_MAX = (1L << 53) - 1;

    private Limits() {}
}
