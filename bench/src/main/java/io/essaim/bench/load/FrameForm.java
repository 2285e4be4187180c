package io.essaim.bench.load;

import io.essaim.protocol.Message;
import org.jspecify.annotations.Nullable;

/**
 * How frames are asked for in SBE.
 *
 * @param form plain or delta; null: what the server gives
 * @param batch ticks whose messages come as one; 1: each by itself
 */
public record FrameForm(Message.@Nullable Form form, int batch) {
    /** What the server gives. */
    public static final FrameForm DEFAULT = new FrameForm(null, 1);

    /** Each value whole. */
    public static final FrameForm PLAIN = new FrameForm(Message.Form.PLAIN, 1);

    /** What prediction leaves. */
    public static final FrameForm DELTA = new FrameForm(Message.Form.DELTA, 1);

    /** To stand behind other parameters of a URL. */
    String query() {
        return (form == null ? "" : "&form=" + form.token()) + (batch == 1 ? "" : "&batch=" + batch);
    }
}
