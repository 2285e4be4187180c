package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.config.TransportChoice;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TransportsTest {
    @ParameterizedTest
    @CsvSource({"AUTO, true", "EPOLL, true", "EPOLL, false", "NIO, true", "IO_URING, true"})
    void theSameFramesComeByEveryWay(TransportChoice choice, boolean direct) throws Exception {
        boolean isHere = switch (choice) {
            case AUTO, NIO -> true;
            case EPOLL -> Transport.EPOLL.available();
            case IO_URING -> Transport.IO_URING.available();
        };
        assumeTrue(isHere, () -> choice + " cannot be had on this machine");
        try (TestServer server = TestServer.start(configuration ->
                        configuration.with(Settings.TRANSPORT, choice).with(Settings.DIRECT_SEND, direct));
                RawWebSocket binary = RawWebSocket.open(
                        server.port(), "/ws/swarm?form=plain", "Sec-WebSocket-Protocol", "essaim.v1.sbe");
                RawWebSocket json = RawWebSocket.open(server.port(), "/ws/swarm")) {
            SbeDecoder decoder = new SbeDecoder();
            SwarmFrame frame = new SwarmFrame();
            int frames = 0;
            while (frames < 20) {
                byte[] payload = binary.next(RawWebSocket.BINARY).payload();
                if (decoder.isFrame(payload)) {
                    decoder.decodeFrame(payload, frame);
                    assertThat(frame.agentCount()).isEqualTo(350);
                    frames++;
                }
                assertThat(new JsonObject(json.nextText("swarm_update")).getJsonArray("agents"))
                        .hasSize(350);
            }
        }
    }

    @Test
    void theCheckOfTheDirectWayPassesOnEpollAndFailsElsewhere() {
        assumeTrue(Epoll.isAvailable(), "epoll cannot be had on this machine");
        EventLoopGroup epoll = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        EventLoopGroup nio = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            assertThatCode(() -> DirectSendCheck.run(epoll, EpollDirectSend::new))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> DirectSendCheck.run(epoll, channel -> DirectSend.NONE))
                    .hasMessageContaining("sent none");
            // Says that it sent four bytes, and did not.
            assertThatThrownBy(() -> DirectSendCheck.run(epoll, channel -> (frame, offset, length) -> 4))
                    .hasMessageContaining("byte 0 of a direct send came out wrong");
            assertThatThrownBy(() -> DirectSendCheck.run(nio, EpollDirectSend::new))
                    .isInstanceOf(RuntimeException.class);
        } finally {
            epoll.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
            nio.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
