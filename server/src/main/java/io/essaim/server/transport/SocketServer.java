package io.essaim.server.transport;

import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Settings;
import io.essaim.server.session.Lifecycle.Phase;
import io.essaim.server.stream.SharedFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops and their life: bind, serve, drain, stop. Called by the thread that starts and stops the server. */
public final class SocketServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final int ANY_PORT = -1;

    private final ServerContext server;
    private final Vertx vertx;
    private final boolean directSend;
    private final OpenSockets sockets = new OpenSockets();
    private final Receivers receivers;
    private final List<EventLoop> loops = new ArrayList<>();

    private SocketServer(ServerContext server, Receivers receivers, int loopCount, Transport transport) {
        this.server = server;
        this.receivers = receivers;
        this.vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(loopCount))
                .withTransport(transport)
                .build();
        this.directSend = transport == Transport.EPOLL
                && server.configuration().get(Settings.DIRECT_SEND)
                && server.certificates().isEmpty()
                && directSendWorks();
        LOG.info(
                "Sockets are served by {}{}",
                transport.name(),
                directSend ? ", frames sent directly" : ", frames sent through the channel");
    }

    private boolean directSendWorks() {
        try {
            DirectSendCheck.run(((VertxInternal) vertx).nettyEventLoopGroup(), EpollDirectSend::new);
            return true;
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.warn("Direct send does not work here; frames go the longer way, and all is well otherwise", e);
            return false;
        }
    }

    /** Memory that these sockets can send from. */
    public static SharedFrame.Allocator frameAllocator() {
        return NettySharedFrame::new;
    }

    /**
     * Binds and begins to accept.
     *
     * @throws IOException when the port or the transport cannot be had
     * @throws ConfigurationException when the TLS engine that is asked for is not there
     */
    public static SocketServer start(ServerContext server) throws IOException, ConfigurationException {
        return start(server, Receivers.SESSIONS);
    }

    static SocketServer start(ServerContext server, Receivers receivers) throws IOException, ConfigurationException {
        if (server.certificates().isPresent()) {
            TlsOptions.checkEngine(server.configuration());
        }
        int asked = server.configuration().get(Settings.EVENT_LOOPS);
        int loopCount = asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
        Transport transport = Transports.of(server.configuration().get(Settings.TRANSPORT));
        SocketServer sockets = new SocketServer(server, receivers, loopCount, transport);
        try {
            // Loops share a port; to Vert.x any negative one means: the same free port for all.
            int port = server.configuration().get(Settings.PORT);
            for (int i = 0; i < loopCount; i++) {
                sockets.startLoop(port == 0 ? ANY_PORT : port);
            }
            server.certificates().ifPresent(source -> TlsReload.start(server, source, sockets.vertx, sockets.loops));
            return sockets;
        } catch (CompletionException e) {
            sockets.close();
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    private void startLoop(int port) {
        ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
        Promise<EventLoop> started = Promise.promise();
        context.runOnContext(on -> {
            EventLoop loop = new EventLoop(server, context, directSend, sockets, receivers);
            loop.listen(port).map(loop).onComplete(started);
        });
        loops.add(await(started.future()));
    }

    public int port() {
        return loops.get(0).port();
    }

    /**
     * Closes all clients spread over the window and waits until they are gone or the time is up. New upgrades must be
     * refused by then.
     */
    public void drain(Duration window, Duration timeout) throws InterruptedException {
        if (server.lifecycle().phase() != Phase.DRAINING) {
            throw new IllegalStateException("phase=" + server.lifecycle().phase() + ", DRAINING");
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        loops.forEach(loop -> loop.drain(window));
        while (server.openConnections() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
