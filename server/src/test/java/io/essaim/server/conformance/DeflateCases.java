package io.essaim.server.conformance;

import static io.essaim.server.testing.RawWebSocket.BINARY;
import static io.essaim.server.testing.RawWebSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sections 12 and 13: permessage-deflate with payloads of several kinds, and with several offers. Of the seven offers of
 * section 13 two demand a window of 9 bits, which the server declines: it goes on without compression.
 */
final class DeflateCases {
    private static final String HINTED = "permessage-deflate; client_no_context_takeover; client_max_window_bits";
    private static final String ALONE = "; server_no_context_takeover";
    private static final String NARROW = "; server_max_window_bits=9";
    private static final String WIDE = "; server_max_window_bits=15";

    /** Bytes of a message and bytes of a fragment, where 0 is none. */
    private static final int[][] SIZES = {
        {16, 0},
        {64, 0},
        {256, 0},
        {1_024, 0},
        {4_096, 0},
        {8_192, 0},
        {16_384, 0},
        {32_768, 0},
        {65_536, 0},
        {131_072, 0},
        {8_192, 256},
        {16_384, 256},
        {32_768, 256},
        {65_536, 256},
        {131_072, 256},
        {131_072, 1_024},
        {131_072, 4_096},
        {131_072, 32_768}
    };

    /** Of each size, so many bytes in all: the suite's thousand messages of each would take minutes. */
    private static final int BYTES = 256 << 10;

    private static final int MESSAGES_MIN = 3;
    private static final int MESSAGES_MAX = 100;
    private static final int SAMPLE_BYTES = 1 << 20;

    private DeflateCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        byte[][] payloads = {json(), picture(), prose(), markup(), noise()};
        String[] kinds = {"JSON", "a picture", "prose", "markup", "noise"};
        for (int kind = 0; kind < payloads.length; kind++) {
            int opcode = kind == 0 || kind == 3 ? TEXT : BINARY;
            add(cases, "12." + (kind + 1), kinds[kind], HINTED, true, opcode, payloads[kind]);
        }
        String[] offers = {
            HINTED,
            HINTED + ALONE,
            HINTED + NARROW,
            HINTED + WIDE,
            HINTED + ALONE + NARROW,
            HINTED + ALONE + WIDE,
            String.join(", ", HINTED + ALONE + NARROW, HINTED + ALONE, HINTED)
        };
        for (int i = 0; i < offers.length; i++) {
            boolean granted = i != 2 && i != 4;
            String title = "offer " + (i + 1) + (granted ? "" : ", declined (UNIMPLEMENTED)");
            add(cases, "13." + (i + 1), title, offers[i], granted, TEXT, payloads[0]);
        }
        return cases;
    }

    private static void add(
            List<Case> cases, String group, String title, String offer, boolean granted, int opcode, byte[] sample) {
        for (int i = 0; i < SIZES.length; i++) {
            int bytes = SIZES[i][0];
            int fragment = SIZES[i][1];
            Case echoed = Case.echoed(
                    group + "." + (i + 1),
                    title + ", messages of " + bytes + " bytes" + (fragment == 0 ? "" : " in fragments of " + fragment),
                    peer -> {
                        assertThat(peer.deflates()).isEqualTo(granted);
                        int messages = Math.max(MESSAGES_MIN, Math.min(MESSAGES_MAX, BYTES / bytes));
                        for (int sent = 0; sent < messages; sent++) {
                            int from = sent * bytes % (SAMPLE_BYTES - bytes);
                            byte[] payload = Arrays.copyOfRange(sample, from, from + bytes);
                            peer.message(opcode, payload, fragment);
                            peer.expect(new Arrival(opcode, payload));
                        }
                    });
            cases.add(echoed.offering(offer));
        }
    }

    private static byte[] json() {
        StringBuilder text = new StringBuilder(SAMPLE_BYTES + 100);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; text.length() < SAMPLE_BYTES; i++) {
            text.append("{\"id\":")
                    .append(i)
                    .append(",\"x\":")
                    .append(random.nextDouble())
                    .append("},");
        }
        return ascii(text);
    }

    private static byte[] picture() {
        byte[] grey = new byte[SAMPLE_BYTES];
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) (i / 1_024 / 4 + i % 1_024 / 8 + random.nextInt(4));
        }
        return grey;
    }

    private static byte[] prose() {
        String[] words = {"the", "swarm", "turned", "over", "water", "and", "nobody", "saw", "what", "it", "followed"};
        StringBuilder text = new StringBuilder(SAMPLE_BYTES + 100);
        SplittableRandom random = new SplittableRandom(3);
        while (text.length() < SAMPLE_BYTES) {
            text.append(words[random.nextInt(words.length)]).append(random.nextInt(9) == 0 ? ". " : " ");
        }
        return ascii(text);
    }

    private static byte[] markup() {
        StringBuilder text = new StringBuilder(SAMPLE_BYTES + 100);
        for (int i = 0; text.length() < SAMPLE_BYTES; i++) {
            text.append("<li class=\"agent\" id=\"a")
                    .append(i)
                    .append("\"><b>")
                    .append(i * 31)
                    .append("</b></li>\n");
        }
        return ascii(text);
    }

    private static byte[] noise() {
        byte[] bytes = new byte[SAMPLE_BYTES];
        new SplittableRandom(4).nextBytes(bytes);
        return bytes;
    }

    private static byte[] ascii(StringBuilder text) {
        return Peer.utf8(text.substring(0, SAMPLE_BYTES));
    }
}
