package io.essaim.server.conformance;

import static io.essaim.server.testing.RawWebSocket.BINARY;
import static io.essaim.server.testing.RawWebSocket.TEXT;

import io.essaim.server.transport.EchoServer;
import java.util.ArrayList;
import java.util.List;

/** Section 9: large messages, in many fragments and in many writes; and many messages. */
final class SizeCases {
    private static final int TOO_LARGE = 1009;
    private static final int[] FRAGMENTS = {64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20};
    private static final int[] CHOPS = {64, 128, 256, 512, 1_024, 2_048};
    private static final int[] WHOLE = {64 << 10, 256 << 10, 1 << 20, 4 << 20, 8 << 20, 16 << 20};
    private static final int[] SMALL = {0, 16, 64, 256, 1_024, 4_096};

    /** Of each size: Autobahn's thousand, and its seconds, are no sharper. */
    private static final int MESSAGES = 200;

    private SizeCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (int opcode : new int[] {TEXT, BINARY}) {
            whole(cases, "9." + opcode, opcode);
            inFragments(cases, "9." + (2 + opcode), opcode);
            inChops(cases, "9." + (4 + opcode), opcode);
            many(cases, "9." + (6 + opcode), opcode);
        }
        byte[] tooLarge = payload(EchoServer.MESSAGE_BYTES_MAX + 1);
        cases.add(Case.failed("9.1+", "a byte more than is taken", TOO_LARGE, peer -> peer.frame(TEXT, tooLarge)));
        cases.add(Case.failed(
                "9.3+", "likewise in fragments", TOO_LARGE, peer -> peer.fragmented(TEXT, tooLarge, 1 << 20)));
        return cases;
    }

    private static void whole(List<Case> cases, String group, int opcode) {
        for (int i = 0; i < WHOLE.length; i++) {
            int bytes = WHOLE[i];
            cases.add(Case.echoed(group + "." + (i + 1), bytes + " bytes", peer -> {
                peer.frame(opcode, payload(bytes));
                peer.expect(new Arrival(opcode, payload(bytes)));
            }));
        }
    }

    private static void inFragments(List<Case> cases, String group, int opcode) {
        for (int i = 0; i < FRAGMENTS.length; i++) {
            int fragment = FRAGMENTS[i];
            cases.add(Case.echoed(group + "." + (i + 1), "4 MiB in fragments of " + fragment, peer -> {
                peer.fragmented(opcode, payload(4 << 20), fragment);
                peer.expect(new Arrival(opcode, payload(4 << 20)));
            }));
        }
    }

    private static void inChops(List<Case> cases, String group, int opcode) {
        for (int i = 0; i < CHOPS.length; i++) {
            int chop = CHOPS[i];
            cases.add(Case.echoed(group + "." + (i + 1), "1 MiB in chops of " + chop, peer -> {
                peer.inChopsOf(chop).frame(opcode, payload(1 << 20));
                peer.expect(new Arrival(opcode, payload(1 << 20)));
            }));
        }
    }

    private static void many(List<Case> cases, String group, int opcode) {
        for (int i = 0; i < SMALL.length; i++) {
            byte[] payload = payload(SMALL[i]);
            cases.add(Case.echoed(group + "." + (i + 1), MESSAGES + " messages of " + SMALL[i] + " bytes", peer -> {
                for (int sent = 0; sent < MESSAGES; sent++) {
                    peer.frame(opcode, payload);
                    peer.expect(new Arrival(opcode, payload));
                }
            }));
        }
    }

    /** ASCII, for texts and bytes alike. */
    private static byte[] payload(int bytes) {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            payload[i] = (byte) ('!' + i % 90);
        }
        return payload;
    }
}
