package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.client.Rate;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScreenDisplayTest {
    private static final StreamDescription STREAM = new StreamDescription(
            7,
            60,
            16,
            999,
            List.of(
                    new Component("x", 4, 0),
                    new Component("y", 4, 0),
                    new Component("z", 4, 0),
                    new Component("frequency", 1, 0)));
    private static final Message.Tier TIER = new Message.Tier(120, 30, 2, Message.TierReason.SLOW_CLIENT);
    private static final String ENTER = "\u001B[?1049h\u001B[?25l";
    private static final String LEAVE = "\u001B[?25h\u001B[?1049l";

    private static final String HOSTILE = "x\u001B]0;pwned\u0007\u009B31m\u202E";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void shouldShowFiguresPictureAndLegendAndRestoreTheScreenOnce() throws Exception {
        ScreenDisplay screen = display(Map.of("LANG", "C.UTF-8"));
        frame(screen);
        screen.note("connected again");
        screen.show(status());
        screen.close();
        screen.show(status());
        screen.close();
        assertThat(text())
                .startsWith(ENTER)
                .contains("59.9 frames/s   169.6 KB/s   age p50 3.1 ms, p99 7.9 ms   2 skipped")
                .contains("30 of 60 frames/s granted (slow_client), since frame 120")
                .contains("2 agents, stream of epoch 7, 16-bit values")
                .contains("\u25CF social")
                .containsPattern("[\u2801-\u28FF]")
                .contains("connected again")
                .endsWith(LEAVE + "156 frames in 3.0 s, 2 skipped, 444.1 KB\n")
                .containsOnlyOnce(ENTER)
                .containsOnlyOnce(LEAVE);
    }

    @Test
    void shouldDoWithoutColoursAndUnicode() throws Exception {
        ScreenDisplay screen = display(Map.of("NO_COLOR", "1", "LANG", "C"));
        frame(screen);
        screen.show(status());
        screen.close();
        assertThat(text()).doesNotContain("\u001B[38;5;").contains("* social");
        assertThat(text().chars()).allMatch(c -> c < 0x80);
    }

    @Test
    void shouldShowANoteForFiveSeconds() throws Exception {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
        ScreenDisplay screen = new ScreenDisplay(Terminal.of(Map.of(), out), nanos::get);
        screen.note("connected again");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(5) - 1);
        screen.show(status());
        assertThat(text()).contains("connected again").doesNotContain("Ctrl-C ends");
        out.reset();
        nanos.incrementAndGet();
        screen.show(status());
        assertThat(text()).contains("Ctrl-C ends").doesNotContain("connected again");
        screen.close();
    }

    @Test
    void shouldMakeTextOfOthersFitForTheTerminal() throws Exception {
        ScreenDisplay screen = display(Map.of("LANG", "C.UTF-8"));
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, 0, 999, 1);
        screen.frame(frame, new Roster(0, List.of(HOSTILE), new int[] {0}, new int[] {0}), STREAM);
        screen.note(HOSTILE);
        screen.show(status());
        screen.close();
        assertThat(text())
                .contains("\u25CF x?]0;pwned??31m?")
                .doesNotContain("\u001B]")
                .doesNotContain("\u0007")
                .doesNotContain("\u009B")
                .doesNotContain("\u202E");
    }

    @Test
    void shouldLeaveAloneWhatItDidNotEnter() {
        display(Map.of()).close();
        assertThat(out.size()).isZero();
    }

    private ScreenDisplay display(Map<String, String> environment) {
        return new ScreenDisplay(Terminal.of(environment, out));
    }

    private static void frame(ScreenDisplay screen) {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, 0, 999, 2);
        frame.values(SwarmFrame.X)[1] = 5_000;
        frame.values(SwarmFrame.Y)[1] = 5_000;
        screen.frame(frame, new Roster(0, List.of("personal", "social"), new int[] {0, 1}, new int[] {0, 1}), STREAM);
    }

    private static Status status() {
        Figures figures =
                new Figures(59.9, 169_600, OptionalLong.of(3_100), OptionalLong.of(7_900), 156, 2, 444_100, 3);
        URI uri = URI.create("ws://localhost:8001/ws/swarm");
        return new Status(uri, figures, null, new Rate(2, 30, TIER), STREAM, 2);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
