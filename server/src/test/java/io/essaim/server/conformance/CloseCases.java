package io.essaim.server.conformance;

import static io.essaim.server.conformance.Peer.CONTINUATION;
import static io.essaim.server.conformance.Peer.utf8;
import static io.essaim.server.testing.RawWebSocket.CLOSE;
import static io.essaim.server.testing.RawWebSocket.TEXT;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Section 7: how a connection is closed, and what a close frame may say. */
final class CloseCases {
    private static final int NORMAL = 1000;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NO_CODE = 1005;
    private static final int INVALID_PAYLOAD = 1007;
    private static final String HELLO = "Hello World!";
    private static final int[] VALID = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999};
    private static final int[] INVALID = {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999};

    private CloseCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        afterClose(cases);
        payloads(cases);
        for (int i = 0; i < VALID.length; i++) {
            int code = VALID[i];
            cases.add(Case.closed("7.7." + (i + 1), "code " + code, List.of(NORMAL, code), peer -> peer.close(code)));
        }
        for (int i = 0; i < INVALID.length; i++) {
            int code = INVALID[i];
            cases.add(Case.closed("7.9." + (i + 1), "code " + code, List.of(PROTOCOL_ERROR), peer -> peer.close(code)));
        }
        int[] undefined = {5_000, 65_535};
        for (int i = 0; i < undefined.length; i++) {
            int code = undefined[i];
            // RFC 6455 says nothing of those above 4999; they are answered as they are.
            cases.add(Case.closed(
                    "7.13." + (i + 1), "code " + code + " (INFORMATIONAL)", List.of(code), peer -> peer.close(code)));
        }
        return cases;
    }

    private static void afterClose(List<Case> cases) {
        cases.add(Case.echoed("7.1.1", "a text, then close", peer -> peer.text(HELLO), Arrival.text(HELLO)));
        cases.add(Case.closed("7.1.2", "two close frames", List.of(NORMAL), peer -> {
            peer.close(NORMAL);
            peer.frame(CLOSE, new byte[0]);
        }));
        cases.add(Case.closed("7.1.3", "a ping after the close frame", List.of(NORMAL), peer -> {
            peer.close(NORMAL);
            peer.ping("");
        }));
        cases.add(Case.closed("7.1.4", "a text after the close frame", List.of(NORMAL), peer -> {
            peer.close(NORMAL);
            peer.text(HELLO);
        }));
        cases.add(Case.closed("7.1.5", "close amid a message", List.of(NORMAL), peer -> {
            peer.begin(TEXT, utf8("fragment1"));
            peer.close(NORMAL);
            peer.frame(CONTINUATION, utf8("fragment2"));
        }));
        byte[] large = utf8("BAsd7&jh23".repeat(26_215).substring(0, 256 << 10));
        cases.add(Case.closed(
                "7.1.6",
                "a text of 256 KiB and another, close, and a ping (INFORMATIONAL)",
                List.of(NORMAL),
                peer -> {
                    peer.frame(TEXT, large);
                    peer.text(HELLO);
                    peer.close(NORMAL);
                    peer.ping("");
                },
                new Arrival(TEXT, large),
                Arrival.text(HELLO)));
    }

    private static void payloads(List<Case> cases) {
        cases.add(Case.closed("7.3.1", "no code", List.of(NORMAL, NO_CODE), peer -> peer.frame(CLOSE, new byte[0])));
        cases.add(Case.closed(
                "7.3.2", "half a code", List.of(PROTOCOL_ERROR), peer -> peer.frame(CLOSE, new byte[] {3})));
        cases.add(Case.closed("7.3.3", "a code", List.of(NORMAL), peer -> peer.close(NORMAL)));
        cases.add(
                Case.closed("7.3.4", "a code and a reason", List.of(NORMAL), peer -> peer.close(NORMAL, utf8(HELLO))));
        cases.add(Case.closed(
                "7.3.5", "a reason of 123 bytes", List.of(NORMAL), peer -> peer.close(NORMAL, utf8("*".repeat(123)))));
        cases.add(Case.closed(
                "7.3.6",
                "a reason of 124 bytes",
                List.of(PROTOCOL_ERROR),
                peer -> peer.close(NORMAL, utf8("*".repeat(124)))));
        byte[] surrogate = HexFormat.of().parseHex("cebae1bdb9cf83cebcceb5eda080656469746564");
        cases.add(Case.closed(
                "7.5.1",
                "a reason that is not UTF-8",
                List.of(PROTOCOL_ERROR, INVALID_PAYLOAD),
                peer -> peer.close(NORMAL, surrogate)));
    }
}
