package io.essaim.server.hostile;

import io.essaim.server.hostile.HostileCase.Attack;
import java.io.IOException;

/** The ways in which the cases attack. */
final class Attacks {
    /** How what became of it is found out. */
    @FunctionalInterface
    private interface Ending {
        String of(Peer peer) throws IOException;
    }

    private Attacks() {}

    /** Sends this over plain TCP and tells the first answer. */
    static Attack http(String request) {
        return targets -> {
            try (Peer peer = Peer.connect(targets.viewers())) {
                peer.write(request);
                return peer.answer();
            }
        };
    }

    /** Likewise, and tells all answers until the server ends the connection. */
    static Attack httpUntilTheEnd(String request) {
        return targets -> {
            try (Peer peer = Peer.connect(targets.viewers())) {
                peer.write(request);
                return peer.answers();
            }
        };
    }

    /** Asks for this by GET, for the first answer. */
    static Attack get(String path, String... headers) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        return http(request.append("\r\n").toString());
    }

    /** Posts events. */
    static Attack post(String contentType, String body, String... headers) {
        StringBuilder request = new StringBuilder("POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ")
                .append(contentType)
                .append("\r\nContent-Length: ")
                .append(Bytes.of(body).length)
                .append("\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        byte[] bytes = Bytes.join(Bytes.of(request.append("\r\n").toString()), Bytes.of(body));
        return targets -> {
            try (Peer peer = Peer.connect(targets.viewers())) {
                peer.write(bytes);
                return peer.answer();
            }
        };
    }

    /** Asks for an upgrade that is in order but for these headers. */
    static Attack handshake(String path, String... headers) {
        return http(Bytes.handshake(path, headers));
    }

    /** Upgrades, sends all this, and waits to be closed. */
    static Attack closed(String path, byte[]... writes) {
        return on(path, Peer::untilClosed, new String[0], writes);
    }

    /** Upgrades, sends all this, and asks whether the connection is open still. */
    static Attack asked(String path, byte[]... writes) {
        return on(path, Peer::whetherOpen, new String[0], writes);
    }

    /** Upgrades, sends all this, and waits for the first error, or to be closed. */
    static Attack failing(String path, byte[]... writes) {
        return on(path, Peer::untilError, new String[0], writes);
    }

    /** Upgrades, speaking SBE, sends all this, and asks whether the connection is open still. */
    static Attack askedInBinary(String path, byte[]... writes) {
        return on(path, Peer::whetherOpen, new String[] {"Sec-WebSocket-Protocol", "essaim.v1.sbe"}, writes);
    }

    /** Likewise, and waits to be closed. */
    static Attack closedInBinary(String path, byte[]... writes) {
        return on(path, Peer::untilClosed, new String[] {"Sec-WebSocket-Protocol", "essaim.v1.sbe"}, writes);
    }

    /** Upgrades with {@code permessage-deflate}, sends all this, and waits to be closed. */
    static Attack closedDeflated(byte[]... writes) {
        return on(
                "/ws/swarm",
                Peer::untilClosed,
                new String[] {"Sec-WebSocket-Extensions", "permessage-deflate"},
                writes);
    }

    /** Likewise, and asks whether the connection is open still. */
    static Attack askedDeflated(byte[]... writes) {
        return on(
                "/ws/swarm",
                Peer::whetherOpen,
                new String[] {"Sec-WebSocket-Extensions", "permessage-deflate"},
                writes);
    }

    /** Upgrades with these headers and waits to be closed. */
    static Attack closedAtOnce(String path, String... headers) {
        return on(path, Peer::untilClosed, headers);
    }

    private static Attack on(String path, Ending ending, String[] headers, byte[]... writes) {
        return targets -> {
            try (Peer peer = Peer.connect(path.equals("/ws/ingest") ? targets.producers() : targets.viewers())) {
                peer.upgrade(path, headers);
                for (byte[] write : writes) {
                    peer.write(write);
                }
                return ending.of(peer);
            }
        };
    }
}
