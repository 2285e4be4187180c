package io.essaim.server.hostile;

import static io.essaim.server.hostile.Attacks.get;
import static io.essaim.server.hostile.Attacks.handshake;
import static io.essaim.server.hostile.Attacks.http;
import static io.essaim.server.hostile.Attacks.post;

import java.util.ArrayList;
import java.util.List;

/** Requests for files, views and events that ask for what there is not, and events that are none. */
final class RequestCases {
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

    private final List<HostileCase> cases = new ArrayList<>();

    private RequestCases() {}

    static List<HostileCase> all() {
        RequestCases all = new RequestCases();
        all.paths();
        all.views();
        all.cursors();
        all.events();
        all.publishers();
        return all.cases;
    }

    private void add(String name, String expected, HostileCase.Attack attack) {
        cases.add(new HostileCase(name, expected, attack));
    }

    private void paths() {
        List<String> paths = List.of(
                "/../../../../etc/passwd",
                "/..%2f..%2f..%2f..%2fetc/passwd",
                "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/%252e%252e/%252e%252e/etc/passwd",
                "/..%5c..%5c..%5cetc%5cpasswd",
                "/..\\..\\..\\etc\\passwd",
                "//etc/passwd",
                "/web/../../../etc/passwd",
                "/vendor/three/../../../../etc/passwd",
                "/vendor/three/%2e%2e/%2e%2e/%2e%2e/pom.xml",
                "/vendor/three/..%2f..%2f..%2f..%2fMANIFEST.MF",
                "/../META-INF/MANIFEST.MF",
                "/..%2fio/essaim/server/Main.class",
                "/%2e%2e%2fsimplelogger.properties",
                "/file:/etc/passwd",
                "/index.html%00.js",
                "/%00",
                "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
                "/%ff%fe",
                "/....//....//etc/passwd");
        for (String path : paths) {
            add("paths: " + path, "40*", get(path));
        }
        add("paths: a folder", "40*", get("/vendor/"));
        add("paths: a folder of the library", "40*", get("/vendor/three/build/"));
        add(
                "paths: a URL of another host",
                "40*",
                http("GET http://example.org/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    private void views() {
        view("fps=0", "fps must be a whole number from 1 to 240");
        view("fps=99999999999", "fps must be a whole number from 1 to 240");
        view("fps=30&fps=30", "fps*");
        view("agents=" + "1,".repeat(1_001) + "2", "agents*1000*");
        view("agents=9-1", "agents*");
        view("agents=-1", "agents*");
        view("agents=0-99999999999", "agents*");
        view("spheres=" + "a,".repeat(101) + "a", "spheres*100*");
        view("spheres=" + "x".repeat(300), "*");
        view("box=1,2,3", "box*");
        view("box=NaN,0,0,1,1,1", "box*");
        view("box=1e999,0,0,1,1,1", "box*");
        view("box=1,1,1,0,0,0", "box*");
        view("form=delta", "form*");
        view("form=none", "form*");
        view("batch=5", "batch*");
        view("batch=61", "batch*");
        view("agents=%ff", "*");
    }

    private void view(String query, String reason) {
        String name = query.substring(0, Math.min(40, query.length()));
        add("views: " + name, "400 " + reason, handshake("/ws/swarm?" + query));
        add("views: polled, " + name, "400 " + reason, get("/api/swarm?" + query));
    }

    private void cursors() {
        cursor("!!!!");
        cursor("AAAA");
        cursor("eyJ0eXBlIjoicGluZyJ9");
        cursor("-".repeat(4_000));
        cursor("%00");
        cursor("_____w");
        add(
                "cursors: on an open socket",
                "error 1001 *cursor*",
                Attacks.failing(
                        "/ws/events",
                        Bytes.text(
                                "{\"type\":\"subscribe\",\"id\":\"1\",\"rooms\":[\"general\"],\"since\":\"????\"}")));
    }

    private void cursor(String cursor) {
        String name = cursor.substring(0, Math.min(30, cursor.length())) + ", " + cursor.length();
        add("cursors: " + name, "400 *cursor*", get("/api/events?rooms=general&cursor=" + cursor));
        add("cursors: by socket, " + name, "400 *", handshake("/ws/events?rooms=general&since=" + cursor));
        add("cursors: of a stream, " + name, "400 *", get("/api/events/stream?cursor=" + cursor));
    }

    private void events() {
        add("events: no JSON", "400 *", post(JSON, "nonsense"));
        add("events: nothing", "400 *", post(JSON, ""));
        add("events: too long", "413 *", post(JSON, "{\"type\":\"a\",\"data\":\"" + "x".repeat(11 << 20) + "\"}"));
        add("events: data too long", "400 *", post(JSON, "{\"type\":\"a\",\"data\":\"" + "x".repeat(63_000) + "\"}"));
        add("events: a type of noise", "400 *type*", post(JSON, "{\"type\":\"..*..\"}"));
        add("events: a room of noise", "400 *room*", post(JSON, "{\"type\":\"a\",\"room\":\"\\u0000\"}"));
        add("events: a priority of none", "400 *priority*", post(JSON, "{\"type\":\"a\",\"priority\":\"urgent\"}"));
        add("events: 100,000 brackets", "400 *", post(JSON, "[".repeat(100_000)));
        add("events: another type of content", "415 *", post("text/plain", "{\"type\":\"a\"}"));
        add("events: compressed", "415 *", post(JSON, "{\"type\":\"a\"}", "Content-Encoding", "gzip"));
        add("events: a key of noise", "400 Idempotency-Key*", post(JSON, "{\"type\":\"a\"}", "Idempotency-Key", "a b"));
        add("lines: no JSON", "400 event 1: *", post(LINES, "nonsense\n"));
        add("lines: the third is broken", "400 event 3: *", post(LINES, "{\"type\":\"a\"}\n\n{\"type\":\"a\"}\n{\n"));
        add(
                "lines: no end of the line",
                "413 event 1: the line is longer than 64000 bytes",
                post(LINES, "x".repeat(200_000)));
        add("lines: an array", "400 event 1: *", post(LINES, "[{\"type\":\"a\"}]\n"));
        add("lines: no UTF-8", "400 event 1: *", rawLines("{\"type\":\"\u00ff\"}\n"));
        add("lines: zeros", "400 event 1: *", rawLines("\u0000\u0000\u0000\n"));
    }

    /** Its characters are its bytes. */
    private static HostileCase.Attack rawLines(String body) {
        return http("POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + LINES + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    /** Where no token is set, only this machine itself may. */
    private void publishers() {
        String event = "{\"type\":\"a.b\"}";
        add("publishing: through a proxy", "403 *proxy*", post(JSON, event, "X-Forwarded-For", "203.0.113.7"));
        add("publishing: through a chain", "403 *proxy*", post(JSON, event, "Forwarded", "for=203.0.113.7"));
        add("publishing: for a page", "403 *", post(JSON, event, "Origin", "https://evil.example"));
        add("publishing: for a page without an origin", "403 *", post(JSON, event, "Origin", "null"));
        add(
                "publishing: under another name of this machine",
                "403 *evil.example*",
                http("POST /api/events HTTP/1.1\r\nHost: evil.example\r\nContent-Type: " + JSON
                        + "\r\nContent-Length: 14\r\n\r\n" + event));
        add("publishing: the swarm, for a page", "403 *", targets -> {
            try (Peer peer = Peer.connect(targets.producers())) {
                peer.write(Bytes.handshake("/ws/ingest", "Origin", "https://evil.example"));
                return peer.answer();
            }
        });
    }
}
