package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrajectoryReaderTest {
    private static final String TWO_AGENTS = """
            t,id,x,y,z,frequency,label
            0.00,7,0.1,0.2,0.3,990.5,work
            0.00,3,-1,-2,-3,981,social
            0.25,7,0.4,0.5,0.6,991.5,work
            0.50,7,1e-3,+2.5E2,-.5,999,work
            """;

    @TempDir
    Path folder;

    @Test
    void readsEachAgentsSamples() throws TrajectoryException {
        checkTwoAgents(read(TWO_AGENTS));
    }

    @Test
    void readsColumnsByNameInAnyOrder() throws TrajectoryException {
        checkTwoAgents(read("""
                label,z,frequency,id,y,t,x
                work,0.3,990.5,7,0.2,0,0.1
                social,-3,981,3,-2,0,-1
                work,0.6,991.5,7,0.5,0.25,0.4
                work,-.5,999,7,250,0.5,0.001
                """));
    }

    @Test
    void readsRowsInAnyOrderOfTime() throws TrajectoryException {
        checkTwoAgents(read("""
                t,id,x,y,z,frequency,label
                0.50,7,0.001,250,-.5,999,work
                0.00,3,-1,-2,-3,981,social
                0.00,7,0.1,0.2,0.3,990.5,work
                0.25,7,0.4,0.5,0.6,991.5,work
                """));
    }

    @Test
    void toleratesWhatSpreadsheetsWrite() throws TrajectoryException {
        String text = TWO_AGENTS.replace("t,id,x", "\"t\",\"id\",x").replace("\n", "\r\n");
        checkTwoAgents(read("\uFEFF" + text));
    }

    @Test
    void toleratesBlanksAroundNumbersEmptyLinesAndNoLastLineBreak() throws TrajectoryException {
        checkTwoAgents(read(TWO_AGENTS
                .replace("t,id,x", " t, id ,x")
                .replace(",0.2", ", 0.2 ")
                .replace("\n", "\n\n")
                .strip()));
    }

    @Test
    void readsGzipWhateverTheNameSays() throws TrajectoryException {
        byte[] packed = TrajectoryFiles.gzip("\uFEFF" + TWO_AGENTS);
        checkTwoAgents(TrajectoryFiles.read(TrajectoryFiles.write(folder, "flight.csv.gz", packed)));
        checkTwoAgents(TrajectoryFiles.read(TrajectoryFiles.write(folder, "flight.csv", packed)));
        checkTwoAgents(TrajectoryFiles.read(TrajectoryFiles.write(folder, "plain.csv.gz", TWO_AGENTS)));
    }

    @Test
    void readsGzipOfSeveralMembers() throws IOException, TrajectoryException {
        int middle = TWO_AGENTS.indexOf("0.25");
        Path file =
                TrajectoryFiles.write(folder, "flight.csv.gz", TrajectoryFiles.gzip(TWO_AGENTS.substring(0, middle)));
        Files.write(file, TrajectoryFiles.gzip(TWO_AGENTS.substring(middle)), StandardOpenOption.APPEND);
        checkTwoAgents(TrajectoryFiles.read(file));
    }

    @Test
    void needsNeitherFrequencyNorLabel() throws TrajectoryException {
        Trajectory trajectory = read("t,id,x,y,z\n1.5,0,1,2,3\n");
        assertThat(trajectory.hasFrequency()).isFalse();
        assertThat(trajectory.labels()).isEmpty();
        assertThat(trajectory.sampleInterval()).isZero();
        assertThat(trajectory.firstTime()).isEqualTo(1.5).isEqualTo(trajectory.lastTime());
    }

    @Test
    void keepsLabelsWithCommasQuotesAndEveryScript() throws TrajectoryException {
        String longest = "é".repeat(127) + "x";
        assertThat(read("t,id,x,y,z,label\n0,0,0,0,0,\"a, \"\"b\"\"\"\n0,1,0,0,0,群れ\n0,2,0,0,0," + longest + "\n")
                        .labels())
                .containsExactly("a, \"b\"", "群れ", longest);
    }

    @Test
    void ordersAgentsByUnsignedId() throws TrajectoryException {
        Trajectory trajectory = read("t,id,x,y,z\n0,4294967295,0,0,0\n0,0,0,0,0\n0,2147483648,0,0,0\n");
        assertThat(trajectory.tracks())
                .extracting(track -> Integer.toUnsignedLong(track.id()))
                .containsExactly(0L, 2147483648L, 4294967295L);
    }

    @Test
    void readsManySamplesOfManyAgentsInShuffledOrder() throws TrajectoryException {
        List<String> rows = new ArrayList<>();
        for (int frame = 0; frame < 500; frame++) {
            for (int id = 0; id < 40; id++) {
                rows.add(frame / 8.0 + "," + id + "," + frame + "," + id + ",0\n");
            }
        }
        Collections.shuffle(rows, new Random(1));
        Trajectory trajectory = read("t,id,x,y,z\n" + String.join("", rows).strip());
        assertThat(trajectory.agentCount()).isEqualTo(40);
        assertThat(trajectory.sampleCount()).isEqualTo(20_000);
        assertThat(trajectory.sampleInterval()).isEqualTo(0.125);
        for (Track track : trajectory.tracks()) {
            for (int sample = 0; sample < 500; sample++) {
                assertThat(track.time(sample)).isEqualTo(sample / 8.0);
                assertThat(track.value(SwarmFrame.X, sample)).isEqualTo(sample);
                assertThat(track.value(SwarmFrame.Y, sample)).isEqualTo(track.id());
            }
        }
    }

    @Test
    void tellsItsProgressAfterEachMegabyteAndAtTheEnd() throws TrajectoryException {
        StringBuilder text = new StringBuilder("t,id,x,y,z\n");
        for (int frame = 0; frame < 150_000; frame++) {
            text.append(frame).append(",0,0.1,0.2,0.3\n");
        }
        Path file = TrajectoryFiles.write(folder, "flight.csv", text.toString());
        List<Long> told = new ArrayList<>();
        new TrajectoryReader((bytesRead, bytesTotal) -> {
                    assertThat(bytesTotal).isEqualTo(text.length());
                    told.add(bytesRead);
                })
                .read(file);
        assertThat(told).hasSize(text.length() / (1 << 20) + 1).isSorted().endsWith((long) text.length());
    }

    @Test
    void refusesAnUnreasonableLimit() {
        for (long bytes : new long[] {0, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> new TrajectoryReader(bytes, (bytesRead, bytesTotal) -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("trajectory-memory=" + bytes + ", from 1 to "
                            + Runtime.getRuntime().maxMemory()
                            + " bytes, which is Java's heap; ask for less, or start Java with a larger -Xmx");
        }
    }

    private Trajectory read(String text) throws TrajectoryException {
        return TrajectoryFiles.read(TrajectoryFiles.write(folder, "flight.csv", text));
    }

    private static void checkTwoAgents(Trajectory trajectory) {
        assertThat(trajectory.agentCount()).isEqualTo(2);
        assertThat(trajectory.sampleCount()).isEqualTo(4);
        assertThat(trajectory.hasFrequency()).isTrue();
        assertThat(trajectory.labels()).containsExactlyInAnyOrder("work", "social");
        assertThat(trajectory.firstTime()).isZero();
        assertThat(trajectory.lastTime()).isEqualTo(0.5);
        assertThat(trajectory.sampleInterval()).isEqualTo(0.25);
        assertThat(numbers(trajectory.tracks().get(0))).containsExactly(0, -1, -2, -3, 981);
        assertThat(numbers(trajectory.tracks().get(1)))
                .containsExactly(0, 0.1, 0.2, 0.3, 990.5, 0.25, 0.4, 0.5, 0.6, 991.5, 0.5, 0.001, 250, -0.5, 999);
        assertThat(trajectory.labels().get(trajectory.tracks().get(0).label())).isEqualTo("social");
        assertThat(trajectory.labels().get(trajectory.tracks().get(1).label())).isEqualTo("work");
    }

    private static double[] numbers(Track track) {
        double[] numbers = new double[track.sampleCount() * Track.NUMBERS_WITH_FREQUENCY];
        int size = 0;
        for (int sample = 0; sample < track.sampleCount(); sample++) {
            numbers[size++] = track.time(sample);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                numbers[size++] = track.value(component, sample);
            }
        }
        return numbers;
    }
}
