package io.essaim.server.conformance;

import static io.essaim.server.testing.RawWebSocket.BINARY;
import static io.essaim.server.testing.RawWebSocket.CLOSE;
import static io.essaim.server.testing.RawWebSocket.PING;
import static io.essaim.server.testing.RawWebSocket.PONG;
import static io.essaim.server.testing.RawWebSocket.TEXT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Sections 1 to 4: framing, pings and pongs, reserved bits, opcodes. */
final class FramingCases {
    private static final int PROTOCOL_ERROR = 1002;
    private static final String HELLO = "Hello, world!";
    private static final byte[] NO_UTF8 = {0, -1, -2, -3, -4, -5, 0, -1};

    private FramingCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        messages(cases, 1, TEXT, (byte) '*');
        messages(cases, 2, BINARY, (byte) 0xFE);
        pings(cases);
        reservedBits(cases);
        opcodes(cases, "4.1", new int[] {3, 4, 5, 6, 7});
        opcodes(cases, "4.2", new int[] {11, 12, 13, 14, 15});
        return cases;
    }

    private static void messages(List<Case> cases, int group, int opcode, byte fill) {
        int[] sizes = {0, 125, 126, 127, 128, 65_535, 65_536, 65_536};
        for (int i = 0; i < sizes.length; i++) {
            byte[] payload = new byte[sizes[i]];
            Arrays.fill(payload, fill);
            int chop = i == sizes.length - 1 ? 997 : 0;
            cases.add(Case.echoed(
                    "1." + group + "." + (i + 1),
                    sizes[i] + " bytes" + (chop == 0 ? "" : " in chops of " + chop),
                    peer -> peer.inChopsOf(chop).frame(opcode, payload),
                    new Arrival(opcode, payload)));
        }
    }

    private static void pings(List<Case> cases) {
        byte[] largest = new byte[125];
        Arrays.fill(largest, (byte) 0xFE);
        cases.add(Case.echoed("2.1", "ping without payload", peer -> peer.ping(""), Arrival.pong("")));
        cases.add(Case.echoed("2.2", "ping with text", peer -> peer.ping(HELLO), Arrival.pong(HELLO)));
        cases.add(Case.echoed("2.3", "ping with bytes", peer -> peer.frame(PING, NO_UTF8), new Arrival(PONG, NO_UTF8)));
        cases.add(
                Case.echoed("2.4", "ping of 125 bytes", peer -> peer.frame(PING, largest), new Arrival(PONG, largest)));
        cases.add(Case.failed("2.5", "ping of 126 bytes", PROTOCOL_ERROR, peer -> peer.frame(PING, new byte[126])));
        cases.add(Case.echoed(
                "2.6",
                "ping of 125 bytes, one at a time",
                peer -> peer.inChopsOf(1).frame(PING, largest),
                new Arrival(PONG, largest)));
        cases.add(Case.echoed("2.7", "pong without payload", peer -> peer.frame(PONG, new byte[0])));
        cases.add(Case.echoed("2.8", "pong with payload", peer -> peer.frame(PONG, Peer.utf8("unasked"))));
        cases.add(Case.echoed(
                "2.9",
                "pong, then ping",
                peer -> {
                    peer.frame(PONG, Peer.utf8("unasked"));
                    peer.ping(HELLO);
                },
                Arrival.pong(HELLO)));
        cases.add(tenPings("2.10", "ten pings", 0));
        cases.add(tenPings("2.11", "ten pings, a byte at a time", 1));
    }

    private static Case tenPings(String number, String title, int chop) {
        return Case.echoed(
                number,
                title,
                peer -> {
                    peer.inChopsOf(chop);
                    for (int i = 0; i < 10; i++) {
                        peer.ping("payload-" + i);
                    }
                },
                IntStream.range(0, 10)
                        .mapToObj(i -> Arrival.pong("payload-" + i))
                        .toArray(Arrival[]::new));
    }

    private static void reservedBits(List<Case> cases) {
        cases.add(reserved("3.1", TEXT, 1, Peer.utf8(HELLO)));
        cases.add(afterText("3.2", "text with reserved bits 2 after a text", TEXT, 2, HELLO, 0));
        cases.add(afterText("3.3", "text with reserved bits 3 after a text", TEXT, 3, HELLO, 0));
        cases.add(afterText("3.4", "text with reserved bits 4 after a text, a byte at a time", TEXT, 4, HELLO, 1));
        cases.add(reserved("3.5", BINARY, 5, NO_UTF8));
        cases.add(reserved("3.6", PING, 6, Peer.utf8(HELLO)));
        cases.add(reserved("3.7", CLOSE, 7, new byte[0]));
    }

    private static Case reserved(String number, int opcode, int bits, byte[] payload) {
        return Case.failed(
                number,
                "opcode " + opcode + " with reserved bits " + bits,
                PROTOCOL_ERROR,
                peer -> peer.frame(opcode, true, bits, payload));
    }

    private static void opcodes(List<Case> cases, String section, int[] opcodes) {
        cases.add(unknown(section + ".1", opcodes[0], ""));
        cases.add(unknown(section + ".2", opcodes[1], "reserved opcode payload"));
        cases.add(afterText(section + ".3", "opcode " + opcodes[2] + " after a text", opcodes[2], 0, "", 0));
        cases.add(afterText(section + ".4", "opcode " + opcodes[3] + " after a text", opcodes[3], 0, HELLO, 0));
        cases.add(afterText(
                section + ".5", "opcode " + opcodes[4] + " after a text, a byte at a time", opcodes[4], 0, HELLO, 1));
    }

    private static Case unknown(String number, int opcode, String payload) {
        return Case.failed(
                number,
                "opcode " + opcode + " with " + payload.length() + " bytes",
                PROTOCOL_ERROR,
                peer -> peer.frame(opcode, Peer.utf8(payload)));
    }

    /** A text, then what is wrong, then a ping that nobody answers. */
    private static Case afterText(String number, String title, int opcode, int bits, String payload, int chop) {
        return Case.failed(
                number,
                title,
                PROTOCOL_ERROR,
                peer -> {
                    peer.inChopsOf(chop).text(HELLO);
                    peer.frame(opcode, true, bits, Peer.utf8(payload));
                    peer.ping("");
                },
                Arrival.text(HELLO));
    }
}
