package io.essaim.server.hostile;

import java.util.List;

/** Thousands who come and go. After each, the server answers as ever. */
final class Storms {
    private static final int PEERS = 2_000;

    /** What each of them does before it is gone. */
    @FunctionalInterface
    private interface Visit {
        void of(Peer peer) throws Exception;
    }

    private Storms() {}

    static List<HostileCase> all() {
        return List.of(
                storm("connect and leave", peer -> {}),
                storm("half a handshake", peer -> peer.write("GET /ws/swarm HTTP/1.1\r\nHost: localhost\r\nUpgr")),
                storm("a handshake, and gone before its answer", peer -> peer.write(Bytes.handshake("/ws/swarm"))),
                storm("a handshake, and gone after it", peer -> peer.upgrade("/ws/events")),
                storm("a handshake, a close and its answer", peer -> {
                    peer.upgrade("/ws/swarm?form=json&fps=1");
                    peer.write(Bytes.frame(Bytes.FIN | Bytes.CLOSE, Bytes.hex("03E8")));
                    peer.untilClosed();
                }));
    }

    private static HostileCase storm(String name, Visit visit) {
        return new HostileCase("storm of " + PEERS + ": " + name, "200 OK", targets -> {
            for (int i = 0; i < PEERS; i++) {
                try (Peer peer = Peer.connect(targets.viewers())) {
                    visit.of(peer);
                }
            }
            try (Peer peer = Peer.connect(targets.viewers())) {
                peer.write("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                return peer.answer();
            }
        });
    }
}
