package io.essaim.server.transport;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counters;
import io.essaim.server.stream.MessageDeflater;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * What the connections of one event loop that negotiated permessage-deflate share. Vert.x knows nothing of the extension:
 * its own would compress what it sends with a context of its own, and read messages without a bound. One event loop.
 */
final class Deflation {
    private final int messageBytesMax;
    private final ReservedBits reservedBits = new ReservedBits();
    private final MessageInflater inflater;
    private final MessageFramer framer;

    Deflation(Configuration configuration, int messageBytesMax, Counters counters) {
        this.messageBytesMax = messageBytesMax;
        inflater = new MessageInflater(messageBytesMax);
        framer = MessageFramer.deflating(new MessageDeflater(
                configuration.get(Settings.DEFLATE_LEVEL),
                configuration.get(Settings.DEFLATE_THRESHOLD).bytes(),
                counters));
    }

    MessageFramer framer() {
        return framer;
    }

    /** Has the connection's decoder take reserved bits, which {@link #install} then looks at. Before all else. */
    void open(ServerWebSocket webSocket) {
        // As Vert.x makes it, but for the extension.
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .allowExtensions(true)
                .maxFramePayloadLength(messageBytesMax)
                .closeOnProtocolViolation(false)
                .build();
        ChannelPipeline pipeline =
                ((WebSocketInternal) webSocket).channelHandlerContext().pipeline();
        pipeline.replace("wsdecoder", "wsdecoder", new WebSocket13FrameDecoder(config));
    }

    /** Puts the inflation before Vert.x's handler: fragments are put together first, within the bound of a message. */
    void install(ChannelPipeline pipeline) {
        pipeline.addBefore("handler", "reserved-bits", reservedBits);
        pipeline.addBefore("handler", "aggregator", new WebSocketFrameAggregator(messageBytesMax));
        pipeline.addBefore("handler", "inflater", inflater);
    }
}
