package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.stream.WebSocketFraming;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A large message that many get is there once, whatever the number of sockets that have not sent it yet. */
class LargeMessagesTest {
    private final byte[] snapshot = new byte[2 << 20];

    @Test
    void itsFrameIsTheSameForAllSockets() {
        MessageFramer framer = MessageFramer.plain();
        byte[] frame = framer.frame(WebSocketFraming.TEXT, List.of(snapshot));
        assertThat(frame).hasSize(snapshot.length + WebSocketFraming.headerLength(snapshot.length));
        assertThat(framer.frame(WebSocketFraming.TEXT, List.of(new byte[] {1}))).hasSize(3);
        assertThat(framer.frame(WebSocketFraming.TEXT, List.of(snapshot))).isSameAs(frame);
        assertThat(framer.frame(WebSocketFraming.BINARY, List.of(snapshot))).isNotSameAs(frame);
        assertThat(framer.frame(WebSocketFraming.BINARY, List.of(snapshot.clone())))
                .isNotSameAs(frame);
    }

    @Test
    void itsBufferIsTheSameForAllStreams() {
        StreamEncoding encoding = new StreamEncoding();
        Buffer buffer = encoding.buffer(List.of(snapshot));
        assertThat(buffer.length()).isEqualTo(snapshot.length);
        assertThat(encoding.buffer(List.of(new byte[] {1}, new byte[] {2})))
                .isEqualTo(Buffer.buffer(new byte[] {1, 2}));
        assertThat(encoding.buffer(List.of(snapshot))).isSameAs(buffer);
        assertThat(encoding.buffer(List.of(snapshot.clone()))).isNotSameAs(buffer);
    }
}
