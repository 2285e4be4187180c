package io.essaim.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * {@code java -jar peers.jar NAME --port P --fps F --payload FILE}: starts one peer, prints {@code listening PORT} and sends
 * until the process is ended. The calling thread becomes the tick thread.
 */
public final class PeerCommand {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private static final Map<String, Supplier<Peer>> PEERS = new TreeMap<>(Map.of(
            "floor", FloorPeer::new,
            "vertx", VertxPeer::new,
            "jetty", JettyPeer::new,
            "java-websocket", JavaWebSocketPeer::new,
            "netty-socketio", NettySocketIoPeer::new));

    private PeerCommand() {}

    public static void main(String[] args) {
        try {
            PeerOptions options = PeerOptions.parse(args);
            Supplier<Peer> peer = PEERS.get(options.name());
            if (peer == null) {
                throw new MisuseException("no server is named " + options.name() + "; there are " + PEERS.keySet());
            }
            Frame frame = read(options.payload());
            run(peer.get(), options, frame);
        } catch (MisuseException e) {
            System.err.println("peers: " + e.getMessage());
            System.exit(MISUSED);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(FAILED);
        }
    }

    private static void run(Peer peer, PeerOptions options, Frame frame) throws Exception {
        int port = peer.start(options.port());
        System.out.println("listening " + port);
        Thread.currentThread().setName("tick");
        new Ticker(Schedule.startingNow(options.framesPerSecond()), frame, peer::send).run();
    }

    private static Frame read(String payload) {
        byte[] message;
        try {
            message = Files.readAllBytes(Path.of(payload));
        } catch (IOException e) {
            throw new MisuseException("--payload " + payload + " cannot be read: " + e);
        }
        if (message.length < Frame.LENGTH_MIN) {
            throw new MisuseException(
                    "--payload " + payload + " has " + message.length + " bytes, fewer than " + Frame.LENGTH_MIN);
        }
        return new Frame(message);
    }
}
