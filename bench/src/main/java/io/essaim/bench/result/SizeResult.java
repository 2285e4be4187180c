package io.essaim.bench.result;

import java.util.List;

/** How large one frame is in each form: facts, not measurements. */
public record SizeResult(Environment environment, String command, String source, List<Row> rows, List<Codec> codecs)
        implements Result {
    /** The set of frames that the server generates by default, and that is promised about. */
    public static final String FLOW = "flow";

    /**
     * @param set of frames, such as {@link #FLOW}
     * @param form such as {@code JSON + deflate}
     * @param agents mean
     * @param bytesPerFrame payload, mean over many frames, without the WebSocket header
     * @param exact whether a client gets exactly the grid's values
     */
    public record Row(String set, String form, int agents, int frames, double bytesPerFrame, boolean exact) {}

    /**
     * What the codec of the form delta makes of a set.
     *
     * @param codedBytesPerFrame without the header of the message
     * @param syncPoints after the beginning
     * @param keyframeBytes of the message to who joins at one, mean; 0 when there was none
     * @param secondDifferenceBits entropy of order zero, a value, by component
     */
    public record Codec(
            String set,
            int agents,
            int frames,
            double codedBytesPerFrame,
            int syncPoints,
            double keyframeBytes,
            List<Double> secondDifferenceBits) {}
}
