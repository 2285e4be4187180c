package io.essaim.server.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Peers that take their time. Each takes {@link Targets#PATIENCE} and more: run them all at once. */
final class SlowCases {
    private static final long PAUSE_MILLIS = 100;

    /** A server that lets somebody go on for so long has no patience that ends. */
    private static final int DRIBBLES_MAX = 150;

    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";
    private static final String EVENT = "{\"type\":\"a.b\"}\n";

    private final List<HostileCase> cases = new ArrayList<>();

    private SlowCases() {}

    static List<HostileCase> all() {
        SlowCases all = new SlowCases();
        all.requests();
        all.bodies();
        all.frames();
        all.secure();
        return all.cases;
    }

    private void add(String name, String expected, HostileCase.Attack attack) {
        cases.add(new HostileCase("slow: " + name, expected, attack));
    }

    private void requests() {
        add("nothing at all", "ended", dribbling(Targets::viewers, "", ""));
        add("a request line", "ended", dribbling(Targets::viewers, "G", "E"));
        add("headers", "ended", dribbling(Targets::viewers, "GET / HTTP/1.1\r\nHost: localhost\r\n", "A: b\r\n"));
        add("a handshake", "ended", dribbling(Targets::viewers, "GET /ws/swarm HTTP/1.1\r\nUpgrade: web", "s"));
        add(
                "no second request",
                "200 OK, ended",
                dribbling(Targets::viewers, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", ""));
    }

    private void bodies() {
        add("no body", "ended", dribbling(Targets::viewers, post(JSON), ""));
        add("a body of JSON", "ended", dribbling(Targets::viewers, post(JSON) + "[", " "));
        add("no body of lines", "ended", dribbling(Targets::viewers, post(LINES), ""));
        add("a line", "ended", dribbling(Targets::viewers, post(LINES) + "{\"type\":\"", "a"));
        add(
                "a line behind a whole one",
                "ended",
                dribbling(Targets::viewers, post(LINES) + EVENT + "{\"type\":\"", "a"));
        add("empty lines", "ended", dribbling(Targets::viewers, post(LINES) + EVENT, "\r\n"));
    }

    private static String post(String contentType) {
        return "POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + contentType
                + "\r\nContent-Length: 100000\r\n\r\n";
    }

    private void frames() {
        add("half a frame", "close 1013 Ping timeout: nothing came for*", withinAFrame("/ws/events"));
        add("half a frame of a producer", "close 1013 Message unfinished*", withinAFrame("/ws/ingest"));
        byte[] half = Bytes.head(Bytes.FIN | Bytes.TEXT, 1_000);
        add("a dribbled frame of a producer", "close 1008 Message unfinished*", dribblingFrames(half, new byte[1]));
        byte[] first = Bytes.frame(Bytes.TEXT, new byte[1]);
        byte[] empty = Bytes.frame(0, new byte[0]);
        add("dribbled fragments of a producer", "close 1008 Message unfinished*", dribblingFrames(first, empty));
        add("a pong that never comes", "*ended", targets -> {
            try (Peer peer = Peer.connect(targets.producers())) {
                peer.upgrade("/ws/events");
                return peer.deaf();
            }
        });
    }

    private void secure() {
        add("TLS: nothing at all", "ended", dribbling(Targets::secure, "", ""));
        add(
                "TLS: half a client's hello",
                "ended",
                dribbling(Targets::secure, "\u0016\u0003\u0001\u0002\u0000\u0001", "\u0000"));
        add("TLS: no request", "ended", targets -> {
            try (Peer peer = Peer.over(connect(targets.secure()))) {
                return peer.answers();
            }
        });
        add("TLS: half a request", "ended", targets -> {
            try (Peer peer = Peer.over(connect(targets.secure()))) {
                dribble(peer, "GET / HTTP/1.1\r\n", "A: b\r\n");
                return peer.answers();
            }
        });
    }

    private static HostileCase.Attack dribbling(ToIntFunction<Targets> port, String first, String again) {
        return targets -> {
            try (Peer peer = Peer.connect(port.applyAsInt(targets))) {
                dribble(peer, first, again);
                return peer.answers();
            }
        };
    }

    private static void dribble(Peer peer, String first, String again) throws InterruptedException {
        peer.write(first);
        for (int i = 0; i < DRIBBLES_MAX && !again.isEmpty() && peer.write(again); i++) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static HostileCase.Attack withinAFrame(String path) {
        return targets -> {
            try (Peer peer = Peer.connect(targets.producers())) {
                peer.upgrade(path);
                peer.write(Bytes.head(Bytes.FIN | Bytes.TEXT, 1_000));
                return peer.untilClosed();
            }
        };
    }

    /** Hears what the server says meanwhile. */
    private static HostileCase.Attack dribblingFrames(byte[] first, byte[] again) {
        return targets -> {
            try (Peer peer = Peer.connect(targets.producers())) {
                peer.upgrade("/ws/ingest");
                peer.write(first);
                Thread dribbles = new Thread(() -> dribble(peer, again), "dribbles");
                dribbles.start();
                try {
                    return peer.untilClosed();
                } finally {
                    dribbles.interrupt();
                    dribbles.join();
                }
            }
        };
    }

    private static void dribble(Peer peer, byte[] again) {
        try {
            for (int i = 0; i < DRIBBLES_MAX && peer.write(again); i++) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // That is how it is told to stop.
            Thread.currentThread().interrupt();
        }
    }

    /** Believes whoever answers: it is the attacker. */
    private static SSLSocket connect(int port) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Credulous()}, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes any certificate. */
    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
