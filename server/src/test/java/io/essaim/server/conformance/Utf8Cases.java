package io.essaim.server.conformance;

import static io.essaim.server.conformance.Peer.CONTINUATION;
import static io.essaim.server.conformance.Peer.utf8;
import static io.essaim.server.testing.RawWebSocket.TEXT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Section 6: texts are UTF-8, and those that are not are refused as soon as it shows. */
final class Utf8Cases {
    private static final int INVALID_PAYLOAD = 1007;
    private static final String MIXED = "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!";

    /** The Greek word "kosme", by which Markus Kuhn's table begins. */
    private static final byte[] KOSME = hex("cebae1bdb9cf83cebcceb5");

    private static final byte[] SURROGATE = hex("cebae1bdb9cf83cebcceb5eda080656469746564");
    private static final byte[] BEYOND = hex("cebae1bdb9cf83cebcceb5f4908080656469746564");

    /** How many bytes of {@link #BEYOND} are well-formed; with one more it cannot become so. */
    private static final int SOUND_BYTES = 12;

    private Utf8Cases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        empty(cases);
        wellFormed(cases);
        cases.add(Case.failed("6.3.1", "a surrogate", INVALID_PAYLOAD, peer -> peer.frame(TEXT, SURROGATE)));
        cases.add(Case.failed(
                "6.3.2",
                "a surrogate, in fragments of one byte",
                INVALID_PAYLOAD,
                peer -> peer.fragmented(TEXT, SURROGATE, 1)));
        failsFast(cases);
        sequences(cases);
        return cases;
    }

    private static void empty(List<Case> cases) {
        cases.add(Case.echoed("6.1.1", "empty", peer -> peer.text(""), Arrival.text("")));
        for (String middle : new String[] {"", "middle frame payload"}) {
            cases.add(Case.echoed(
                    middle.isEmpty() ? "6.1.2" : "6.1.3",
                    "three fragments, the middle one of " + middle.length() + " bytes, the others empty",
                    peer -> {
                        peer.begin(TEXT, new byte[0]);
                        peer.begin(CONTINUATION, utf8(middle));
                        peer.frame(CONTINUATION, new byte[0]);
                    },
                    Arrival.text(middle)));
        }
    }

    private static void wellFormed(List<Case> cases) {
        cases.add(Case.echoed("6.2.1", "in one fragment", peer -> peer.text(MIXED), Arrival.text(MIXED)));
        cases.add(Case.echoed(
                "6.2.2",
                "in two fragments, between characters",
                peer -> {
                    peer.begin(TEXT, utf8(MIXED.substring(0, 11)));
                    peer.frame(CONTINUATION, utf8(MIXED.substring(11)));
                },
                Arrival.text(MIXED)));
        cases.add(Case.echoed(
                "6.2.3",
                "in fragments of one byte",
                peer -> peer.fragmented(TEXT, utf8(MIXED), 1),
                Arrival.text(MIXED)));
        cases.add(Case.echoed(
                "6.2.4",
                "in fragments of one byte",
                peer -> peer.fragmented(TEXT, KOSME, 1),
                new Arrival(TEXT, KOSME)));
    }

    /** The last fragment is never sent: what waited for it would wait for ever. */
    private static void failsFast(List<Case> cases) {
        int[] cuts = {KOSME.length, SOUND_BYTES};
        int[] ends = {KOSME.length + 4, SOUND_BYTES + 1};
        for (int i = 0; i < cuts.length; i++) {
            byte[] first = Arrays.copyOf(BEYOND, cuts[i]);
            byte[] second = Arrays.copyOfRange(BEYOND, cuts[i], ends[i]);
            cases.add(Case.failed(
                    "6.4." + (i + 1), "a fragment that is sound, then one that is not", INVALID_PAYLOAD, peer -> {
                        peer.begin(TEXT, first);
                        peer.ping("alive");
                        peer.expect(Arrival.pong("alive"));
                        peer.begin(CONTINUATION, second);
                    }));
            int chop = cuts[i];
            // A frame is looked at when it is whole, so the rest of it has to come: non-strict.
            cases.add(Case.failed(
                    "6.4." + (i + 3),
                    "one frame in chops, the second of which is not sound (NON-STRICT)",
                    INVALID_PAYLOAD,
                    peer -> peer.inChopsOf(6 + chop).frame(TEXT, BEYOND)));
        }
    }

    private static void sequences(List<Case> cases) {
        int group = 5;
        for (String line : Utf8Sequences.GROUPS) {
            int number = 1;
            for (String sequence : line.split(" ", -1)) {
                boolean valid = sequence.startsWith("+");
                byte[] payload = hex(sequence.substring(1));
                String id = "6." + group + "." + number++;
                cases.add(
                        valid
                                ? Case.echoed(
                                        id, sequence, peer -> peer.frame(TEXT, payload), new Arrival(TEXT, payload))
                                : Case.failed(id, sequence, INVALID_PAYLOAD, peer -> peer.frame(TEXT, payload)));
            }
            group++;
        }
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
