package io.essaim.bench.result;

import java.util.List;

/** How large one frame is in each form: facts, not measurements. */
public record SizeResult(Environment environment, String command, String source, List<Row> rows) implements Result {
    /**
     * @param form such as {@code JSON + deflate}
     * @param bytesPerFrame payload, mean over many frames, without the WebSocket header
     * @param exact whether a client gets exactly the grid's values
     */
    public record Row(String form, int agents, int frames, double bytesPerFrame, boolean exact) {}
}
