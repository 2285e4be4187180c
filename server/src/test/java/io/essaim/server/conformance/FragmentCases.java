package io.essaim.server.conformance;

import static io.essaim.server.conformance.Peer.CONTINUATION;
import static io.essaim.server.conformance.Peer.utf8;
import static io.essaim.server.testing.RawWebSocket.BINARY;
import static io.essaim.server.testing.RawWebSocket.PING;
import static io.essaim.server.testing.RawWebSocket.PONG;
import static io.essaim.server.testing.RawWebSocket.TEXT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Section 5, fragmentation, and section 10, fragments that a client makes by itself. */
final class FragmentCases {
    private static final int PROTOCOL_ERROR = 1002;
    private static final String[] CHOPS = {"at once", "a frame at a time", "a byte at a time"};

    private FragmentCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.add(control("5.1", "ping in two fragments", PING));
        cases.add(control("5.2", "pong in two fragments", PONG));
        for (int i = 0; i < CHOPS.length; i++) {
            int chop = i == 2 ? 1 : 0;
            cases.add(Case.echoed(
                    "5." + (3 + i),
                    "text in two fragments, " + CHOPS[i],
                    peer -> {
                        peer.inChopsOf(chop).begin(TEXT, utf8("fragment1"));
                        peer.frame(CONTINUATION, utf8("fragment2"));
                    },
                    Arrival.text("fragment1fragment2")));
        }
        for (int i = 0; i < CHOPS.length; i++) {
            int chop = i == 2 ? 1 : 0;
            cases.add(Case.echoed(
                    "5." + (6 + i),
                    "text in two fragments with a ping between, " + CHOPS[i],
                    peer -> {
                        peer.inChopsOf(chop).begin(TEXT, utf8("fragment1"));
                        peer.ping("between");
                        peer.frame(CONTINUATION, utf8("fragment2"));
                    },
                    Arrival.pong("between"),
                    Arrival.text("fragment1fragment2")));
        }
        for (int i = 0; i < CHOPS.length; i++) {
            cases.add(nothingToContinue("5." + (9 + i), true, i));
        }
        for (int i = 0; i < CHOPS.length; i++) {
            cases.add(nothingToContinue("5." + (12 + i), false, i));
        }
        misplaced(cases);
        cases.add(pingsBetween("5.19", "five fragments with two pings between, in two writes", 0));
        cases.add(pingsBetween("5.20", "likewise, a byte at a time", 1));
        byte[] payload = new byte[65_536];
        Arrays.fill(payload, (byte) '*');
        cases.add(Case.echoed(
                "10.1.1",
                "65536 bytes in fragments of 1300",
                peer -> peer.fragmented(TEXT, payload, 1_300),
                new Arrival(TEXT, payload)));
        return cases;
    }

    private static Case control(String number, String title, int opcode) {
        return Case.failed(number, title, PROTOCOL_ERROR, peer -> {
            peer.begin(opcode, utf8("fragment1"));
            peer.frame(CONTINUATION, utf8("fragment2"));
        });
    }

    private static Case nothingToContinue(String number, boolean fin, int chop) {
        return Case.failed(
                number,
                "continuation of nothing, " + (fin ? "the last" : "not the last") + ", " + CHOPS[chop],
                PROTOCOL_ERROR,
                peer -> {
                    peer.inChopsOf(chop == 2 ? 1 : 0).frame(CONTINUATION, fin, 0, utf8("of nothing"));
                    peer.text("Hello, world!");
                });
    }

    private static void misplaced(List<Case> cases) {
        cases.add(Case.failed(
                "5.15",
                "a continuation after the last fragment",
                PROTOCOL_ERROR,
                peer -> {
                    peer.begin(TEXT, utf8("fragment1"));
                    peer.frame(CONTINUATION, utf8("fragment2"));
                    peer.begin(CONTINUATION, utf8("fragment3"));
                    peer.text("fragment4");
                },
                Arrival.text("fragment1fragment2")));
        for (boolean fin : new boolean[] {false, true}) {
            cases.add(Case.failed(
                    fin ? "5.17" : "5.16",
                    "twice a continuation of nothing, then a text in fragments",
                    PROTOCOL_ERROR,
                    peer -> {
                        for (int i = 0; i < 2; i++) {
                            peer.frame(CONTINUATION, fin, 0, utf8("fragment1"));
                            peer.begin(TEXT, utf8("fragment2"));
                            peer.frame(CONTINUATION, utf8("fragment3"));
                        }
                    }));
        }
        cases.add(Case.failed("5.18", "a text within a text", PROTOCOL_ERROR, peer -> {
            peer.begin(TEXT, utf8("fragment1"));
            peer.text("fragment2");
        }));
        cases.add(Case.failed("5.18+", "a binary message within a text", PROTOCOL_ERROR, peer -> {
            peer.begin(TEXT, utf8("fragment1"));
            peer.frame(BINARY, utf8("fragment2"));
        }));
    }

    private static Case pingsBetween(String number, String title, int chop) {
        return Case.echoed(
                number,
                title,
                peer -> {
                    peer.inChopsOf(chop).begin(TEXT, utf8("fragment1"));
                    peer.begin(CONTINUATION, utf8("fragment2"));
                    peer.ping("pongme 1!");
                    // Answered amid the message, not only after it.
                    peer.expect(Arrival.pong("pongme 1!"));
                    peer.begin(CONTINUATION, utf8("fragment3"));
                    peer.begin(CONTINUATION, utf8("fragment4"));
                    peer.ping("pongme 2!");
                    peer.frame(CONTINUATION, utf8("fragment5"));
                },
                Arrival.pong("pongme 2!"),
                Arrival.text("fragment1fragment2fragment3fragment4fragment5"));
    }
}
