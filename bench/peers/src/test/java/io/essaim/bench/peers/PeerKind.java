package io.essaim.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The peers there are: how each is started, and what it speaks. */
enum PeerKind {
    FLOOR("floor", Dialect.PLAIN),
    VERTX("vertx", Dialect.PLAIN),
    JETTY("jetty", Dialect.PLAIN),
    JAVA_WEBSOCKET("java-websocket", Dialect.PLAIN),
    NETTY_SOCKETIO("netty-socketio", Dialect.SOCKET_IO_ATTACHMENT),
    NODE_WS("ws.mjs", Dialect.PLAIN),
    NODE_SOCKETIO("socketio.mjs", Dialect.SOCKET_IO_MSGPACK);

    private static final Path NODE_FOLDER = Path.of("node").toAbsolutePath();

    private final String program;
    private final Dialect dialect;

    PeerKind(String program, Dialect dialect) {
        this.program = program;
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Skips the test where {@code npm ci} has not been run and this needs it. */
    void assumeInstalled() {
        if (isNode()) {
            RequiredInCi.assume(Files.exists(NODE_FOLDER.resolve("node_modules")), "npm ci in bench/peers/node");
        }
    }

    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        if (isNode()) {
            command.addAll(List.of("node", NODE_FOLDER.resolve(program).toString()));
        } else {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String classPath = System.getProperty("java.class.path");
            command.addAll(List.of(java, "-cp", classPath, PeerCommand.class.getName(), program));
        }
        command.addAll(List.of(arguments));
        return command;
    }

    private boolean isNode() {
        return program.endsWith(".mjs");
    }
}
