package io.essaim.bench.compare;

import io.essaim.bench.load.LoadPlan.DialectName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A server that does the same work as the others: what it is, how it is started, what its clients speak. */
public enum Peer {
    ESSAIM("essaim", "", DialectName.SBE),
    FLOOR("floor", "bare java.nio", DialectName.BARE),
    VERTX("vertx", "Vert.x 5.0.12, naive", DialectName.BARE),
    JETTY("jetty", "Jetty 12.1.12", DialectName.BARE),
    JAVA_WEBSOCKET("java-websocket", "Java-WebSocket 1.6.0", DialectName.BARE),
    NETTY_SOCKETIO("netty-socketio", "netty-socketio 2.0.14", DialectName.SOCKETIO),
    WS("ws", "Node.js ws 8.23.0, prepared frame", DialectName.BARE),
    SOCKETIO("socketio", "socket.io 4.8.4, msgpack parser", DialectName.SOCKETIO_MSGPACK);

    private static final String BUILD = "mvn -pl server,bench/peers -am -DskipTests package";
    private static final String NODE_FOLDER = "bench/peers/node";

    private final String token;
    private final String version;
    private final DialectName dialect;

    Peer(String token, String version, DialectName dialect) {
        this.token = token;
        this.version = version;
        this.dialect = dialect;
    }

    /** As it stands on command lines and in tables. */
    String token() {
        return token;
    }

    String version() {
        return version;
    }

    DialectName dialect() {
        return dialect;
    }

    static Optional<Peer> of(String token) {
        return Arrays.stream(values()).filter(peer -> peer.token.equals(token)).findFirst();
    }

    /**
     * The command line that starts it on any free port.
     *
     * @param payload one binary message that it is to send
     * @throws IOException when something it needs is not there; the message says what
     */
    List<String> command(Checkout checkout, int framesPerSecond, int clients, Path payload) throws IOException {
        return switch (this) {
            case ESSAIM -> essaim(checkout, framesPerSecond, clients, 350, 1);
            case WS, SOCKETIO -> {
                checkout.built(NODE_FOLDER + "/node_modules", "npm ci --prefix " + NODE_FOLDER);
                Path script = checkout.built(NODE_FOLDER + "/" + token + ".mjs", "git checkout");
                yield work(List.of("node", script.toString()), framesPerSecond, payload);
            }
            default -> {
                List<String> java = java(checkout.built("bench/peers/target/peers.jar", BUILD));
                java.add(token);
                yield work(java, framesPerSecond, payload);
            }
        };
    }

    private static List<String> work(List<String> program, int framesPerSecond, Path payload) {
        List<String> command = new ArrayList<>(program);
        command.addAll(
                List.of("--port", "0", "--fps", Integer.toString(framesPerSecond), "--payload", payload.toString()));
        return command;
    }

    /** Essaim as anybody starts it, with room for one client more: a reference connection. */
    public static List<String> essaim(Checkout checkout, int framesPerSecond, int clients, int agents, int loops)
            throws IOException {
        List<String> command = java(checkout.built("server/target/essaim.jar", BUILD));
        command.addAll(List.of(
                "serve",
                "--port=0",
                "--fps=" + framesPerSecond,
                "--agents=" + agents,
                "--event-loops=" + loops,
                "--max-connections=" + (clients + 10)));
        return command;
    }

    /** The flags that the launcher uses, for every server in Java. */
    private static List<String> java(Path jar) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseParallelGC",
                "-jar",
                jar.toString()));
    }
}
