package io.essaim.server.transport;

import io.essaim.protocol.Message.Form;
import io.essaim.protocol.swarm.Selection;
import io.essaim.server.stream.FeedKey;
import io.essaim.server.stream.FrameEncoding;
import io.essaim.server.stream.RateTiers;

/**
 * What a connection is shown, and how.
 *
 * @param deflated whether it negotiated permessage-deflate
 * @param batch so many frames are sent as one, in the form delta
 */
record View(Selection selection, Form form, boolean deflated, int batch) {

    /** The feed that has it, at a stride that the client is granted. */
    FeedKey key(int stride) {
        return form == Form.DELTA
                ? new FeedKey(selection, FrameEncoding.DELTA, stride, batch)
                : FeedKey.of(selection, encoding());
    }

    private FrameEncoding encoding() {
        return switch (form) {
            case JSON -> deflated ? FrameEncoding.DEFLATED_JSON : FrameEncoding.JSON;
            case PLAIN -> FrameEncoding.PLAIN;
            case DELTA -> FrameEncoding.DELTA;
        };
    }

    /** The stride for one who asks for another: differences are made at few of them, so that many share each. */
    int stride(int asked, RateTiers tiers) {
        return form == Form.DELTA ? tiers.roundUp(asked) : asked;
    }
}
