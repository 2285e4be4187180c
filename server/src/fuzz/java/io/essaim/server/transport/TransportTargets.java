package io.essaim.server.transport;

import io.essaim.fuzz.FuzzTarget;
import io.essaim.fuzz.Seeds;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.events.Cursor;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** What stands in URLs and headers, lines of bodies, and the WebSocket's own frames. */
public final class TransportTargets {
    private static final int LINE_BYTES_MAX = 64;

    private TransportTargets() {}

    public static List<FuzzTarget> all() {
        return List.of(
                new FuzzTarget(
                        "url-queries",
                        TransportTargets::query,
                        Seeds.texts(
                                "/ws/swarm?fps=30&agents=0-99,150&spheres=personal,work&box=-1,-1,-1,1,1,1&form=plain&batch=2",
                                "/ws/events?rooms=general,ops&types=agent.*&filter=%7B%22data.status%22%3A%22active%22%7D"
                                        + "&circle_id=1&presence=1&snapshot=1&profile=dashboard&client_id=ann&batch=1",
                                "/api/events?cursor=AQECAA&wait=25s&limit=100&rooms=a&project_id=-3")),
                new FuzzTarget("cursors", TransportTargets::cursor, cursors()),
                new FuzzTarget(
                        "extension-offers",
                        TransportTargets::offers,
                        Seeds.texts(
                                "permessage-deflate; client_max_window_bits, permessage-deflate",
                                "permessage-deflate; server_max_window_bits=\"15\"\nx-a;b=c, permessage-deflate;"
                                        + " server_no_context_takeover")),
                new FuzzTarget(
                        "proxy-headers",
                        TransportTargets::proxies,
                        Seeds.texts(
                                "192.0.2.1:4711, [2001:db8::1]:4711, 10.0.0.1",
                                "for=\"[2001:db8::1]:4711\";proto=https, for=192.0.2.1;by=unknown")),
                new FuzzTarget("json-lines", TransportTargets::lines, Seeds.texts("{}\n{\"a\":1}\n\n[]")),
                new FuzzTarget("websocket-frames", WebSocketFrames.plain(), WebSocketFrames.seeds()),
                new FuzzTarget("deflated-frames", WebSocketFrames.deflated(), WebSocketFrames.seeds()),
                new FuzzTarget("inflater", WebSocketFrames.inflater(), WebSocketFrames.deflatedSeeds()));
    }

    private static void query(byte[] input) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        try {
            new QueryStringDecoder(Seeds.latin(input)).parameters().forEach(query::add);
        } catch (IllegalArgumentException e) {
            return;
        }
        for (Subprotocol subprotocol : Subprotocol.values()) {
            refusable(() -> ViewQuery.parse(query, subprotocol));
            refusable(() -> ViewQuery.parsePoll(query, subprotocol));
            for (Endpoint endpoint : Endpoint.values()) {
                refusable(() -> EventQuery.parse(endpoint, query, subprotocol));
            }
        }
        refusable(() -> EventPollQuery.parse(query));
        refusable(() -> EventPollQuery.rooms(query));
    }

    private static void refusable(Supplier<Object> parse) {
        try {
            FuzzTarget.require(parse.get() != null, "nothing");
        } catch (IllegalArgumentException e) {
            FuzzTarget.require(e.getMessage() != null && !e.getMessage().isBlank(), "a refusal without a reason");
        }
    }

    /** As it is, and with the check sum that its bytes should have. */
    private static void cursor(byte[] input) {
        cursor(Seeds.latin(input));
        CRC32C check = new CRC32C();
        check.update(input);
        byte[] whole = ByteBuffer.allocate(input.length + 2)
                .put(input)
                .putShort((short) check.getValue())
                .array();
        cursor(Base64.getUrlEncoder().withoutPadding().encodeToString(whole));
    }

    private static void cursor(String text) {
        Cursor cursor;
        try {
            cursor = Cursor.parse(text);
        } catch (IllegalArgumentException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
            return;
        }
        FuzzTarget.require(Cursor.parse(cursor.text()).equals(cursor), "another cursor when written and read again");
    }

    private static List<byte[]> cursors() {
        List<byte[]> seeds = new ArrayList<>(Seeds.texts("AQECAA"));
        seeds.add(new byte[] {1, 5, 100});
        seeds.add(new byte[] {1, 5, 100, 3, 7, 'g', 'e', 'n', 'e', 'r', 'a', 'l'});
        return seeds;
    }

    private static void offers(byte[] input) {
        ExtensionOffer.parse(List.of(Seeds.latin(input).split("\n", -1)))
                .flatMap(DeflateNegotiation::answer)
                .ifPresent(answer -> FuzzTarget.require(
                        answer.startsWith("permessage-deflate; server_no_context_takeover"), answer));
    }

    private static void proxies(byte[] input) {
        String[] lines = Seeds.latin(input).split("\n", -1);
        for (String name : new String[] {"X-Forwarded-For", "Forwarded", "X-Real-IP"}) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            Arrays.stream(lines).forEach(line -> headers.add(name, line));
            headers.add("X-Forwarded-Proto", lines[0]);
            int chars = ForwardedHops.of(headers).stream().mapToInt(String::length).sum();
            FuzzTarget.require(chars <= input.length, "more was read than stands there");
            ForwardedHops.scheme(headers)
                    .ifPresent(scheme -> FuzzTarget.require(!scheme.isEmpty(), "a scheme without a letter"));
        }
    }

    /** The same lines however they are cut: in pieces whose sizes are the input's own bytes. */
    private static void lines(byte[] input) {
        List<String> whole = new ArrayList<>();
        boolean fits = read(input, new int[] {Math.max(1, input.length)}, whole);
        List<String> cut = new ArrayList<>();
        int[] sizes = new int[Math.max(1, input.length)];
        for (int i = 0; i < input.length; i++) {
            sizes[i] = 1 + (input[i] & 7);
        }
        sizes[0] = Math.max(1, sizes[0]);
        boolean fitsCut = read(input, sizes, cut);
        FuzzTarget.require(fits == fitsCut, "a line too long in one way and not in the other");
        FuzzTarget.require(!fits || whole.equals(cut), "other lines when cut otherwise");
    }

    private static boolean read(byte[] input, int[] sizes, List<String> lines) {
        JsonLines reader = new JsonLines(LINE_BYTES_MAX);
        JsonLines.Listener listener = (bytes, from, to) -> lines.add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        int piece = 0;
        for (int at = 0; at < input.length; ) {
            int end = Math.min(input.length, at + sizes[piece++ % sizes.length]);
            if (!reader.append(Buffer.buffer(Arrays.copyOfRange(input, at, end)), listener)) {
                return false;
            }
            at = end;
        }
        reader.end(listener);
        return true;
    }
}
