package io.essaim.server.hostile;

import static io.essaim.server.hostile.Attacks.asked;
import static io.essaim.server.hostile.Attacks.askedInBinary;
import static io.essaim.server.hostile.Attacks.closed;
import static io.essaim.server.hostile.Attacks.closedInBinary;
import static io.essaim.server.hostile.Attacks.failing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages in JSON and SBE that are no messages. */
final class MessageCases {
    /** Of the flipped bits; another one by {@code -Dessaim.hostile.seed}. */
    private static final long SEED = Long.getLong("essaim.hostile.seed", 8);

    /** Malformed messages after which a client is closed. */
    private static final int INVALID_MAX = 10;

    private static final int FLIPS = 200;
    private static final Path GOLDEN = Path.of("..", "protocol", "golden", "v0");
    private static final String EVENTS = "/ws/events";

    private final List<HostileCase> cases = new ArrayList<>();

    private MessageCases() {}

    static List<HostileCase> all() {
        MessageCases all = new MessageCases();
        all.json();
        all.states();
        all.sbe();
        all.templates();
        return all.cases;
    }

    private void add(String name, String expected, HostileCase.Attack attack) {
        cases.add(new HostileCase(name, expected, attack));
    }

    /** A message that has to be refused, naming what is wrong, and no more. */
    private void refused(String name, String reason, String message) {
        add("json: " + name, "error 1001 " + reason + "; open", asked(EVENTS, Bytes.text(message)));
    }

    private static String publish(String data) {
        return "{\"type\":\"publish\",\"id\":\"1\",\"event\":{\"type\":\"a.b\",\"data\":" + data + "}}";
    }

    private void json() {
        refused("nothing", "not a JSON object", "");
        refused("not an object", "not a JSON object", "[]");
        refused("two objects", "text after the JSON object", "{\"type\":\"ping\"}{}");
        refused("cut off", "not JSON*", "{\"type\":\"pi");
        refused("no type", "type is missing*", "{}");
        refused("a type of another kind", "type is missing*", "{\"type\":7}");
        refused("an unknown type", "unknown type*", "{\"type\":\"shutdown\"}");
        refused("a type of 60,000 characters", "unknown type*", "{\"type\":\"" + "x".repeat(60_000) + "\"}");
        refused("a depth of 30,000", "*", "{\"type\":\"ping\",\"t\":" + "[".repeat(30_000));
        refused("objects 5,000 deep", "*", "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000));
        refused(
                "a depth of 9",
                "nested deeper than 8",
                "{\"type\":\"ping\",\"t\":" + "[".repeat(9) + "]".repeat(9) + "}");
        refused("an event's data 40 deep", "*dee*", publish("[".repeat(33) + "]".repeat(33)));
        refused("a number of 99,999,999 digits", "t is not a number", "{\"type\":\"ping\",\"t\":1e99999999}");
        refused(
                "a number of 50,000 digits",
                "a number at /t has more than 1000*",
                "{\"type\":\"ping\",\"t\":" + "1".repeat(50_000) + "}");
        refused("NaN", "not JSON*", "{\"type\":\"ping\",\"t\":NaN}");
        refused("an infinity", "not JSON*", "{\"type\":\"ping\",\"t\":-Infinity}");
        refused("a number that begins with 0", "not JSON*", "{\"type\":\"ping\",\"t\":007}");
        refused("10,000 fields", "unknown field*", "{\"type\":\"ping\"" + fields(5_000) + "}");
        refused(
                "a name of 50,000 characters",
                "the name of a field*1000*",
                "{\"type\":\"ping\",\"" + "x".repeat(50_000) + "\":1}");
        refused("a field twice", "not JSON: Duplicate field*", "{\"type\":\"ping\",\"type\":\"stats\"}");
        refused("a comment", "not JSON*", "{\"type\":/* */\"ping\"}");
        refused("single quotes", "not JSON*", "{'type':'ping'}");
        refused("a control character", "not JSON*", "{\"type\":\"pi\u0001ng\"}");
        refused("a broken escape", "not JSON*", "{\"type\":\"\\u12g4\"}");
        refused("half a surrogate", "*", "{\"type\":\"join\",\"id\":\"1\",\"room\":\"\\ud800\"}");
        add(
                "json: half a surrogate in an event, which stays an escape",
                "open",
                asked(EVENTS, Bytes.text(publish("\"\\udc00\""))));
        refused("a byte order mark", "not JSON*", "\ufeff{\"type\":\"ping\"");
        refused(
                "an id of 200 bytes",
                "*id*128*",
                "{\"type\":\"join\",\"room\":\"a\",\"id\":\"" + "x".repeat(200) + "\"}");
        add(
                "json: a room of no name",
                "error 1001 *room*",
                failing(EVENTS, Bytes.text("{\"type\":\"join\",\"id\":\"1\",\"room\":\"a b\"}")));
        refused("stats of another world", "stats.*", "{\"type\":\"stats\",\"skipped\":-1,\"fps\":1e308}");
        refused("a filter of everything", "*", "{\"type\":\"subscribe\",\"id\":\"1\",\"filter\":{\"data\":{\"a\":1}}}");
        add(
                "json: the tenth of them",
                "error 1001 *; close 1008 Too many invalid messages",
                closed(EVENTS, repeated(Bytes.text("nonsense"), INVALID_MAX)));
        add("json: of simulations", "error 1001 *; open", asked("/ws/simulation", Bytes.text("nonsense")));
        add(
                "json: in binary",
                "error 1001 essaim.v1.json takes text*; open",
                asked(EVENTS, Bytes.binary(Bytes.of("{}"))));
    }

    private static String fields(int count) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < count; i++) {
            fields.append(",\"f").append(i).append("\":1");
        }
        return fields.toString();
    }

    private static byte[][] repeated(byte[] message, int times) {
        return Collections.nCopies(times, message).toArray(byte[][]::new);
    }

    /** Of producers. */
    private void states() {
        String agent = "{\"type\":\"swarm_state\",\"agents\":[{\"id\":0,\"sphere\":\"a\",\"x\":";
        List<String> broken = List.of(
                "{\"type\":\"swarm_state\",\"agents\":[",
                agent + "NaN,\"y\":0,\"z\":0,\"frequency\":1}]}",
                agent + "1e999,\"y\":0,\"z\":0,\"frequency\":1}]}",
                agent + "1e99999999,\"y\":0,\"z\":0,\"frequency\":1}]}",
                agent + "0," + "\"y\":".repeat(3),
                agent + "[".repeat(100_000),
                "{\"type\":\"swarm_state\",\"agents\":[{\"id\":-1}]}",
                "{\"type\":\"swarm_state\",\"agents\":[{\"id\":99999999999}]}",
                "{\"type\":\"swarm_state\",\"agents\":{}}");
        for (String state : broken) {
            add(
                    "states: " + state.substring(0, Math.min(80, state.length())),
                    "error 1001 *",
                    failing("/ws/ingest", Bytes.text(state)));
        }
    }

    private void sbe() {
        refusedInBinary("nothing", new byte[0]);
        refusedInBinary("7 bytes", new byte[7]);
        refusedInBinary("another schema", Bytes.hex("08001f00 0100 0000 0000000000003140"));
        refusedInBinary("a template of the future", Bytes.hex("08000f27 411f 0000 0000000000003140"));
        refusedInBinary("a message of the server's", golden("heartbeat"));
        refusedInBinary("noise of 60,000 bytes", noise(60_000));
        add(
                "sbe: as text",
                "error 1001 essaim.v1.sbe takes binary*; open",
                askedInBinary("/ws/swarm", Bytes.text("{}")));
        add(
                "sbe: the tenth of them",
                "error 1001 *; close 1008 Too many invalid messages",
                closedInBinary("/ws/swarm", repeated(Bytes.binary(new byte[3]), INVALID_MAX)));
    }

    private void refusedInBinary(String name, byte[] message) {
        add("sbe: " + name, "error 1001 *; open", askedInBinary("/ws/swarm", Bytes.binary(message)));
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(SEED).nextBytes(noise);
        return noise;
    }

    /** Each message there is, flipped and cut off. */
    private void templates() {
        for (String template : goldens()) {
            byte[] message = golden(template);
            add("sbe: " + template + ", bits flipped by seed " + SEED, "survived", flipped(template, message));
            add("sbe: " + template + ", cut off anywhere", "survived", cutOff(message));
        }
    }

    private static HostileCase.Attack flipped(String template, byte[] message) {
        return targets -> {
            Random random = new Random(SEED ^ template.hashCode());
            List<byte[]> all = new ArrayList<>();
            for (int i = 0; i < FLIPS; i++) {
                byte[] flipped = message.clone();
                for (int bits = 1 + random.nextInt(4); bits > 0; bits--) {
                    int bit = random.nextInt(8 * flipped.length);
                    flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
                }
                all.add(flipped);
            }
            return survives(targets, all);
        };
    }

    private static HostileCase.Attack cutOff(byte[] message) {
        return targets -> {
            List<byte[]> all = new ArrayList<>();
            int step = Math.max(1, message.length / FLIPS);
            for (int length = 0; length < message.length; length += step) {
                all.add(Arrays.copyOf(message, length));
            }
            return survives(targets, all);
        };
    }

    /** Says what was worse than a refusal or the close after ten of them. */
    private static String survives(Targets targets, List<byte[]> messages) throws IOException {
        for (int from = 0; from < messages.size(); from += INVALID_MAX) {
            try (Peer peer = Peer.connect(targets.viewers())) {
                peer.upgrade(EVENTS, "Sec-WebSocket-Protocol", "essaim.v1.sbe");
                for (byte[] message : messages.subList(from, Math.min(from + INVALID_MAX, messages.size()))) {
                    peer.write(Bytes.binary(message));
                }
                String outcome = peer.whetherOpen();
                if (!outcome.endsWith("open") && !outcome.endsWith("close 1008 Too many invalid messages")) {
                    return outcome + " after the messages from " + from;
                }
            }
        }
        return "survived";
    }

    private static List<String> goldens() {
        try (var files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".bin"))
                    .map(name -> name.substring(0, name.length() - ".bin".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] golden(String name) {
        try {
            return Files.readAllBytes(GOLDEN.resolve(name + ".bin"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
