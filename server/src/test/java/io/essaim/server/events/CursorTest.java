package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.essaim.protocol.Limits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class CursorTest {
    @Test
    void comesBackAsItWas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Map<String, Long> ahead = new HashMap<>();
            long base = random.nextLong(1L << random.nextInt(1, 53));
            for (int rooms = random.nextInt(20); rooms > 0; rooms--) {
                ahead.put("room:" + random.nextInt(1_000), base + random.nextInt(1 << random.nextInt(20)));
            }
            Cursor cursor = new Cursor(random.nextLong(1L << 53), new Positions(base, ahead));
            assertThat(Cursor.parse(cursor.text())).as("seed %d", seed).isEqualTo(cursor);
            assertThat(cursor.text()).as("seed %d", seed).matches("[A-Za-z0-9_-]+");
        }
    }

    @Test
    void isShortWhenNoRoomIsAhead() {
        assertThat(new Cursor((1L << 53) - 1, Positions.at(1_000_000)).text()).hasSizeLessThan(24);
    }

    @Test
    void leavesOutTheRoomsThatAreLeastAheadWhenItWouldGetTooLong() {
        Map<String, Long> ahead = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            ahead.put(String.format("%0128d", i), 1_000L + i);
        }
        Cursor cursor = new Cursor(5, new Positions(900, ahead));
        assertThat(cursor.text()).hasSizeLessThanOrEqualTo(Limits.CURSOR_CHARS_MAX);
        Positions positions = Cursor.parse(cursor.text()).positions();
        assertThat(positions.base()).isEqualTo(900);
        assertThat(positions.ahead()).hasSizeBetween(15, 99).containsEntry(String.format("%0128d", 99), 1_099L);
        assertThat(ahead).containsAllEntriesOf(positions.ahead());
    }

    @Test
    void refusesWhatIsNoneOfOurs() {
        refuses("x".repeat(Limits.CURSOR_CHARS_MAX + 1), "characters, at most 4096");
        refuses("no base64!", "base64url");
        refuses("", "version");
        refuses("AAAAAAAA", "version");
        String good = new Cursor(77, new Positions(5, Map.of("general", 9L))).text();
        refuses(good.substring(0, good.length() - 4), "changed or cut");
        refuses("C" + good.substring(1), "version");
    }

    @Test
    void refusesAnOffsetBeyondAllNumbers() {
        ByteBuffer bytes = ByteBuffer.allocate(32).put((byte) 1).put((byte) 5);
        for (int i = 0; i < 8; i++) {
            bytes.put((byte) 0xFF);
        }
        bytes.put((byte) 0x7F).put((byte) 1).put((byte) 1).put((byte) 'a');
        CRC32C check = new CRC32C();
        check.update(bytes.array(), 0, bytes.position());
        bytes.putShort((short) check.getValue());
        refuses(
                Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(bytes.array(), bytes.position())),
                "an offset is too large");
    }

    @Test
    void refusesEveryChangeOfACharacter() {
        String good = new Cursor(77, new Positions(5, Map.of("general", 9L))).text();
        for (int i = 0; i < good.length() - 1; i++) {
            char other = good.charAt(i) == 'A' ? 'B' : 'A';
            refuses(good.substring(0, i) + other + good.substring(i + 1), "cursor is none of this server's");
        }
    }

    private static void refuses(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cursor.parse(text))
                .withMessageContaining(reason)
                .withMessageStartingWith("cursor ");
    }
}
