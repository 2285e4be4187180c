package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static final StreamDescription STREAM = new StreamDescription(
            1,
            60,
            16,
            999,
            List.of(
                    new Component("x", 0, 0),
                    new Component("y", 0, 0),
                    new Component("z", 0, 0),
                    new Component("frequency", 0, 0)));

    @Test
    void shouldDrawCornersWithYUpwards() {
        Picture picture = new Picture(true, new Palette(false));
        assertThat(picture.draw(at(new int[] {0, 3}, new int[] {0, 3}), 2, 1)).containsExactly("\u2840\u2808");
        assertThat(new Picture(false, new Palette(false)).draw(at(new int[] {0, 3}, new int[] {0, 3}), 2, 1))
                .containsExactly("**");
    }

    @Test
    void shouldKeepTheExtentUntilItForgets() {
        Picture picture = new Picture(true, new Palette(false));
        picture.draw(at(new int[] {0, 3}, new int[] {0, 3}), 2, 1);
        assertThat(picture.draw(at(new int[] {3}, new int[] {3}), 2, 1)).containsExactly(" \u2808");
        picture.forget();
        assertThat(picture.draw(at(new int[] {3}, new int[] {3}), 2, 1)[0].strip())
                .hasSize(1);
    }

    @Test
    void shouldColourBySphereAndEndTheColour() {
        Picture picture = new Picture(true, new Palette(true));
        assertThat(picture.draw(at(new int[] {0, 3}, new int[] {0, 0}), 2, 1)[0])
                .containsPattern("\u001B\\[38;5;39m[\u2800-\u28FF]\u001B\\[38;5;208m[\u2800-\u28FF]\u001B\\[0m");
    }

    @Test
    void shouldDrawNobody() {
        Picture picture = new Picture(true, new Palette(true));
        assertThat(picture.draw(at(new int[0], new int[0]), 3, 2)).containsExactly("   ", "   ");
    }

    private static Positions at(int[] x, int[] y) {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, 0, 999, x.length);
        int[] ids = new int[x.length];
        int[] sphereOf = new int[x.length];
        for (int agent = 0; agent < x.length; agent++) {
            frame.values(SwarmFrame.X)[agent] = x[agent];
            frame.values(SwarmFrame.Y)[agent] = y[agent];
            ids[agent] = agent;
            sphereOf[agent] = agent % 2;
        }
        return new Positions(frame, new Roster(0, List.of("a", "b"), ids, sphereOf), STREAM);
    }
}
