package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import java.nio.ByteBuffer;

/** Takes a Batch apart, message by message. Not thread-safe. */
final class BatchReader {
    private final WireReader in = new WireReader();
    private int left;

    /** Begins with the Batch between the buffer's position and its limit; neither is moved. */
    void open(ByteBuffer batch) throws MalformedMessageException {
        left = 0;
        in.open(batch);
        left = in.group(0, 1);
    }

    boolean hasNext() {
        return left > 0;
    }

    /** The next message, between position and limit; valid until the one after it is asked for. */
    ByteBuffer next() throws MalformedMessageException {
        left--;
        in.nextEntry();
        return in.data("message");
    }
}
