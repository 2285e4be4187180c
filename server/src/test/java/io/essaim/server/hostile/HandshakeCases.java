package io.essaim.server.hostile;

import static io.essaim.server.hostile.Attacks.get;
import static io.essaim.server.hostile.Attacks.handshake;
import static io.essaim.server.hostile.Attacks.http;
import static io.essaim.server.hostile.Attacks.httpUntilTheEnd;

import java.util.ArrayList;
import java.util.List;

/** Requests and upgrades that are malformed, too large, ambiguous, or of the wrong kind. */
final class HandshakeCases {
    private static final String HOST = "Host: 127.0.0.1\r\n";
    private static final String UPGRADE = HOST
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String EVENT = "{\"type\":\"a.b\"}";

    private final List<HostileCase> cases = new ArrayList<>();

    private HandshakeCases() {}

    static List<HostileCase> all() {
        HandshakeCases all = new HandshakeCases();
        all.malformedRequests();
        all.malformedUpgrades();
        all.headerBombs();
        all.smuggling();
        all.methodsAndVersions();
        return all.cases;
    }

    private void add(String name, String expected, HostileCase.Attack attack) {
        cases.add(new HostileCase(name, expected, attack));
    }

    private void malformedRequests() {
        add("http: noise", "400 *", http("\u0001\u0002\u0003\r\n\r\n"));
        add("http: nothing but lines", "400 *", http("\r\n\r\n\r\n\r\nnonsense\r\n\r\n"));
        add("http: a request line without a version", "400 *", http("GET /health\r\n\r\n"));
        add("http: a header without a colon", "400 *", http("GET /health HTTP/1.1\r\n" + HOST + "nonsense\r\n\r\n"));
        add("http: a blank before the colon", "400 *", http("GET /health HTTP/1.1\r\nHost : a\r\n\r\n"));
        add("http: a header without a name", "400 A header's name is*", get("/health", "", "a"));
        add("http: a header named by a bracket", "400 *", get("/health", "A(", "a"));
        add("http: a zero in a header", "400 *", http("GET /health HTTP/1.1\r\n" + HOST + "A: b\u0000c\r\n\r\n"));
        add("http: a zero in a path", "400 Malformed URL: *", http("GET /hea\u0000lth HTTP/1.1\r\n" + HOST + "\r\n"));
        add("http: TLS where there is none", "400 *", http("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"));
        add("http: a query that is not encoded", "400 Malformed URL: *", handshake("/ws/swarm?fps=%zz"));
        add("http: half an escape", "400 Malformed URL: *", handshake("/ws/swarm?fps=%4"));
    }

    private void malformedUpgrades() {
        String key = "Sec-WebSocket-Key";
        add("upgrade: no key", "400 Sec-WebSocket-Key must*", handshake("/ws/swarm", key, ""));
        add("upgrade: a short key", "400 Sec-WebSocket-Key must*", handshake("/ws/swarm", key, "c2hvcnQ="));
        add("upgrade: a key of noise", "400 Sec-WebSocket-Key must*", handshake("/ws/swarm", key, "!!"));
        add(
                "upgrade: two keys",
                "400 Sec-WebSocket-Key must*",
                http("GET /ws/swarm HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + UPGRADE));
        add("upgrade: version 8", "426 Sec-WebSocket-Version*", handshake("/ws/swarm", "Sec-WebSocket-Version", "8"));
        add("upgrade: two versions", "426 Sec-WebSocket-V*", handshake("/ws/swarm", "Sec-WebSocket-Version", "13, 8"));
        add("upgrade: no host", "400 Exactly one Host*", handshake("/ws/swarm", "Host", ""));
        add(
                "upgrade: a header without a name",
                "400 A header's name is*",
                http("GET /ws/swarm HTTP/1.1\r\n: a\r\n" + UPGRADE));
        add("upgrade: two hosts", "400 *Host*", http("GET /ws/swarm HTTP/1.1\r\nHost: localhost\r\n" + UPGRADE));
        add("upgrade: to something else", "426 This is a WebSocket*", handshake("/ws/swarm", "Upgrade", "h2c"));
        add("upgrade: no upgrade", "426 This is a WebSocket*", get("/ws/swarm"));
        add("upgrade: connection kept", "426 This is a Web*", handshake("/ws/swarm", "Connection", "keep-alive"));
        add("upgrade: an unknown subprotocol", "400 None of*", handshake("/ws/swarm", "Sec-WebSocket-Protocol", "x"));
        add(
                "upgrade: a broken extension",
                "400 Malformed Sec-WebSocket-Extensions",
                handshake("/ws/swarm", "Sec-WebSocket-Extensions", "permessage-deflate; ="));
        add("upgrade: a body", "400 An upgrade has no body", handshake("/ws/swarm", "Content-Length", "9"));
        add(
                "upgrade: a chunked body",
                "400 An upgrade has no body",
                handshake("/ws/swarm", "Transfer-Encoding", "chunked"));
        add("upgrade: by POST", "405 A WebSocket is opened by GET", http("POST /ws/swarm HTTP/1.1\r\n" + UPGRADE));
        add(
                "upgrade: by HTTP/1.0",
                "400 A WebSocket is opened by HTTP/1.1",
                http("GET /ws/swarm HTTP/1.0\r\n" + UPGRADE));
        add("upgrade: to an unknown path", "404 *", handshake("/ws/nothing"));
        add("upgrade: where no producers are", "404 Ingest is off*", handshake("/ws/ingest"));
    }

    private void headerBombs() {
        add("headers: one of a megabyte", "431 *", get("/health", "A", "a".repeat(1 << 20)));
        add("headers: 10,000", "431 *", http("GET /health HTTP/1.1\r\n" + HOST + "A: b\r\n".repeat(10_000) + "\r\n"));
        add("headers: a name of 100,000 characters", "431 *", get("/health", "a".repeat(100_000), "b"));
        add("headers: a path of 100,000 characters", "414 *", get("/" + "a".repeat(100_000)));
        add("headers: a query of 100,000 characters", "414 *", handshake("/ws/swarm?rooms=" + "a".repeat(100_000)));
        add("headers: a method of 100,000 characters", "4*", http("G".repeat(100_000) + " / HTTP/1.1\r\n\r\n"));
        add("headers: a cookie of 7,000 characters", "200 OK", get("/health", "Cookie", "a".repeat(7_000)));
    }

    private void smuggling() {
        String hidden = "GET /health HTTP/1.1\r\n" + HOST + "\r\n";
        String post = "POST /api/events HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";
        String length = "Content-Length: " + EVENT.length() + "\r\n";
        add(
                "smuggling: a length and chunks",
                "400 *, ended",
                httpUntilTheEnd(post + length + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden));
        add(
                "smuggling: two lengths",
                "400 *, ended",
                httpUntilTheEnd(post + length + "Content-Length: 0\r\n\r\n" + EVENT + hidden));
        add(
                "smuggling: a list of lengths",
                "400 *, ended",
                httpUntilTheEnd(post + "Content-Length: 0, 14\r\n\r\n" + EVENT + hidden));
        add(
                "smuggling: a negative length",
                "400 *, ended",
                httpUntilTheEnd(post + "Content-Length: -1\r\n\r\n" + hidden));
        add(
                "smuggling: a length with a sign",
                "400 *, ended",
                httpUntilTheEnd(post + "Content-Length: +14\r\n\r\n" + EVENT));
        add(
                "smuggling: a hexadecimal length",
                "400 *, ended",
                httpUntilTheEnd(post + "Content-Length: 0xE\r\n\r\n" + EVENT));
        add(
                "smuggling: a length beyond 64 bits",
                "400 *, ended",
                httpUntilTheEnd(post + "Content-Length: 99999999999999999999\r\n\r\n" + EVENT));
        add(
                "smuggling: a folded header",
                "501 Transfer-Encoding may be chunked and nothing else, ended",
                httpUntilTheEnd(post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + hidden));
        add(
                "smuggling: chunked, not last",
                "400 *, ended",
                httpUntilTheEnd(post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden));
        add(
                "smuggling: an unknown coding",
                "400 *, ended",
                httpUntilTheEnd(post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden));
        add(
                "smuggling: a chunk size of noise",
                "*ended",
                httpUntilTheEnd(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + hidden));
        add(
                "smuggling: a chunk size beyond 64 bits",
                "*ended",
                httpUntilTheEnd(post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n" + EVENT));
        add(
                "smuggling: a request behind an upgrade that is refused",
                "426 *, ended",
                httpUntilTheEnd("GET /ws/swarm HTTP/1.1\r\n" + HOST + "\r\n" + hidden));
    }

    private void methodsAndVersions() {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW")) {
            add("methods: " + method + " on the page", "405 *", http(method + " / HTTP/1.1\r\n" + HOST + "\r\n"));
        }
        add("methods: PUT on the events", "405 *", http("PUT /api/events HTTP/1.1\r\n" + HOST + "\r\n"));
        add(
                "methods: POST on the swarm",
                "405 *",
                http("POST /api/swarm HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n"));
        add("methods: HTTP/9.9", "*, ended", httpUntilTheEnd("GET /health HTTP/9.9\r\n" + HOST + "\r\n"));
        add("methods: HTTP/1.0 is answered and ended", "200 OK, ended", httpUntilTheEnd("GET /livez HTTP/1.0\r\n\r\n"));
        add(
                "methods: HTTP/2 without a word",
                "*, ended",
                httpUntilTheEnd("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004"));
        add("methods: every path at once", "4*", http("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n"));
    }
}
