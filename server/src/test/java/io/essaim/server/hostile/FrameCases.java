package io.essaim.server.hostile;

import static io.essaim.server.hostile.Attacks.asked;
import static io.essaim.server.hostile.Attacks.askedDeflated;
import static io.essaim.server.hostile.Attacks.closed;
import static io.essaim.server.hostile.Attacks.closedDeflated;
import static io.essaim.server.hostile.Bytes.DEFLATED;
import static io.essaim.server.hostile.Bytes.FIN;
import static io.essaim.server.hostile.Bytes.TEXT;
import static io.essaim.server.hostile.Bytes.frame;
import static io.essaim.server.hostile.Bytes.head;
import static io.essaim.server.hostile.Bytes.hex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Frames that RFC 6455 and 7692 forbid, texts that are no UTF-8, messages that are too long, and bombs. */
final class FrameCases {
    private static final String SWARM = "/ws/swarm";
    private static final byte[] FIRST = Bytes.of("a text that the next message may not refer to");
    private static final String INGEST = "/ws/ingest";

    private final List<HostileCase> cases = new ArrayList<>();

    private FrameCases() {}

    static List<HostileCase> all() {
        FrameCases all = new FrameCases();
        all.frames();
        all.texts();
        all.sizes();
        all.deflated();
        return all.cases;
    }

    private void add(String name, String expected, HostileCase.Attack attack) {
        cases.add(new HostileCase(name, expected, attack));
    }

    /** Both for viewers and for producers. */
    private void both(String name, String expected, byte[]... writes) {
        add(name, expected, closed(SWARM, writes));
        add(name + ", of a producer", expected, closed(INGEST, writes));
    }

    private void frames() {
        both("frames: the first reserved bit", "close 1002*", frame(FIN | 0x40 | TEXT, Bytes.of("a")));
        both("frames: the second reserved bit", "close 1002*", frame(FIN | 0x20 | TEXT, Bytes.of("a")));
        both("frames: the third reserved bit", "close 1002*", frame(FIN | 0x10 | TEXT, Bytes.of("a")));
        both("frames: reserved opcode 3", "close 1002*", frame(FIN | 3, Bytes.of("a")));
        both("frames: reserved opcode 11", "close 1002*", frame(FIN | 11, Bytes.of("a")));
        both("frames: no mask", "close 1002*", hex("8101 61"));
        both("frames: a length of 16 bits that fits into 7", "close 1002*", hex("81FE 0005 00000000 6161616161"));
        both("frames: a length of 64 bits that fits into 16", "close 1002*", hex("81FF 0000000000000005 00000000"));
        both("frames: a length of 2^63", "close 1002*", hex("81FF 8000000000000000 00000000"));
        both("frames: a length of 2^63 - 1", "close 1009*", hex("81FF 7FFFFFFFFFFFFFFF 00000000"));
        both("frames: a ping in fragments", "close 1002*", frame(Bytes.PING, Bytes.of("a")));
        both("frames: a ping of 126 bytes", "close 1002*", frame(FIN | Bytes.PING, new byte[126]));
        both("frames: a close of 126 bytes", "close 1002*", frame(FIN | Bytes.CLOSE, new byte[126]));
        both("frames: a close of one byte", "close 1002*", frame(FIN | Bytes.CLOSE, new byte[1]));
        both("frames: a close with code 1005", "close 1002*", frame(FIN | Bytes.CLOSE, hex("03ED")));
        both("frames: a close with code 999", "close 1002*", frame(FIN | Bytes.CLOSE, hex("03E7")));
        both("frames: a close with a code of nobody's", "close 65535", frame(FIN | Bytes.CLOSE, hex("FFFF")));
        both("frames: a continuation of nothing", "close 1002*", frame(FIN, Bytes.of("a")));
        both("frames: a message within a message", "close 1002*", frame(TEXT, Bytes.of("a")), Bytes.text("b"));
        both("frames: a request of HTTP", "close 1002*", Bytes.of("GET /health HTTP/1.1\r\n\r\n"));
    }

    private void texts() {
        both("utf-8: a byte of none", "close 1007*", frame(FIN | TEXT, hex("FF")));
        both("utf-8: half a surrogate", "close 1007*", frame(FIN | TEXT, hex("EDA080")));
        both("utf-8: beyond Unicode", "close 1007*", frame(FIN | TEXT, hex("F4908080")));
        both("utf-8: too long a form", "close 1007*", frame(FIN | TEXT, hex("C0AF")));
        both("utf-8: cut off", "close 1007*", frame(FIN | TEXT, hex("7B22E282")));
        add(
                "utf-8: split over fragments, broken",
                "close 1007*",
                closed(SWARM, frame(TEXT, hex("61C3")), frame(FIN, hex("61"))));
        add("utf-8: broken in the first of fragments", "close 1007*", closed(SWARM, frame(TEXT, hex("61FF"))));
        add("utf-8: a broken reason to close", "close 1007*", closed(SWARM, frame(FIN | Bytes.CLOSE, hex("03E8FF"))));
    }

    private void sizes() {
        byte[] piece = Bytes.of("x".repeat(1_000));
        byte[][] pieces = new byte[66][];
        Arrays.fill(pieces, frame(0, piece));
        pieces[0] = frame(TEXT, piece);
        add("oversize: a frame of 64,001 bytes", "close 1009*", closed(SWARM, Bytes.text("x".repeat(64_001))));
        add("oversize: only announced", "close 1009*", closed(SWARM, head(FIN | TEXT, 1L << 40)));
        add("oversize: in fragments", "close 1009*", closed(SWARM, pieces));
        add(
                "oversize: 16 MiB and 1 byte of a producer",
                "close 1009*",
                closed(INGEST, head(FIN | TEXT, (16L << 20) + 1)));
        add(
                "oversize: a message of 64,000 bytes is only malformed",
                "error 1001 not JSON*; open",
                asked(SWARM, Bytes.text("x".repeat(64_000))));
        both("frames: 2,000 pings at once", "close 1008 Too many pings and pongs*", controls(Bytes.PING));
        both("frames: 2,000 pongs that nobody asked for", "close 1008 Too many pings and pongs*", controls(10));
        both("oversize: 20,000 empty fragments", "close 1008*", frame(TEXT, new byte[0]), endless(20_000, new byte[0]));
        both(
                "oversize: 20,000 fragments of a byte",
                "close 1008*",
                frame(TEXT, new byte[0]),
                endless(20_000, Bytes.of("x")));
    }

    private static byte[] controls(int opcode) {
        byte[][] all = new byte[2_000][];
        Arrays.fill(all, frame(FIN | opcode, new byte[0]));
        return Bytes.join(all);
    }

    private static byte[] endless(int count, byte[] payload) {
        byte[][] all = new byte[count][];
        Arrays.fill(all, frame(0, payload));
        return Bytes.join(all);
    }

    private void deflated() {
        byte[] megabytes = Bytes.deflate(new byte[64 << 20]);
        int text = FIN | DEFLATED | TEXT;
        add("deflate: a bomb of 64 MiB", "close 1009*", closedDeflated(frame(text, Arrays.copyOf(megabytes, 60_000))));
        add(
                "deflate: a bomb that just does not fit",
                "close 1009*",
                closedDeflated(frame(text, Bytes.deflate(new byte[64_001]))));
        add("deflate: a bomb of many blocks", "close 1007*", closedDeflated(frame(text, manyBlocks())));
        add("deflate: noise", "close 1007*", closedDeflated(frame(text, hex("FFFFFFFFFFFFFFFF"))));
        add("deflate: cut off", "close 1007*", closedDeflated(frame(text, hex("AAAD4ECFCF"))));
        add("deflate: a distance before the beginning", "close 1007*", closedDeflated(frame(text, hex("4B040A"))));
        add("deflate: a stored block that is too short", "close 1007*", closedDeflated(frame(text, hex("00FFFF0000"))));
        add(
                "deflate: what is no UTF-8 when inflated",
                "close 1007*",
                closedDeflated(frame(text, Bytes.deflate(hex("FF")))));
        add("deflate: a compressed ping", "close 1002*", closedDeflated(frame(FIN | DEFLATED | Bytes.PING, hex("00"))));
        add(
                "deflate: a bit in a continuation",
                "close 1002*",
                closedDeflated(frame(DEFLATED | TEXT, hex("AA")), frame(FIN | DEFLATED, hex("00"))));
        add("deflate: not negotiated", "close 1002*", closed(SWARM, frame(text, Bytes.deflate(Bytes.of("{}")))));
        add("deflate: nothing at all", "error 1001 *; open", askedDeflated(frame(text, hex("00"))));
        add(
                "deflate: a message that refers to the one before",
                "error 1001 *; close 1007*",
                closedDeflated(frame(text, Bytes.deflate(FIRST)), frame(text, Bytes.deflate(FIRST, FIRST))));
    }

    /** Blocks marked as the last, of nothing. */
    private static byte[] manyBlocks() {
        byte[] all = new byte[50_000];
        for (int i = 0; i < all.length; i += 2) {
            all[i] = 3;
        }
        return all;
    }
}
