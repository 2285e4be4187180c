package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.testing.SharedData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real recordings at 60 Hz, streamed at 60 ticks a second: what comes out is what the file says, number for number. */
final class RecordedTrajectoriesTest {
    @ParameterizedTest
    @CsvSource({"jackdaw.csv.gz, 318, 240", "pedestrians.csv.gz, 350, 200"})
    void streamsEveryFrameAsTheFileHasIt(String name, int agents, int frames) throws IOException, TrajectoryException {
        Path file = SharedData.require(name);
        List<List<String[]>> rowsByFrame = rowsByFrame(file);
        assertThat(rowsByFrame).hasSize(frames);
        TrajectoryPlayer player =
                new TrajectoryPlayer(TrajectoryFiles.read(file), 60, 999, List.of("personal", "social"));
        assertThat(player.agentCount()).isEqualTo(agents);
        assertThat(player.lengthTicks()).isEqualTo(frames);
        Steps steps = new Steps(player, new SwarmState());
        for (int tick = 0; tick < 3 * frames; tick++) {
            SwarmState state = steps.take(1);
            assertThat(state.roster().version()).isEqualTo(1);
            checkFrame(rowsByFrame.get(tick % frames), state);
        }
    }

    private static void checkFrame(List<String[]> rows, SwarmState state) {
        assertThat(state.agentCount()).isEqualTo(rows.size());
        for (int agent = 0; agent < rows.size(); agent++) {
            String[] row = rows.get(agent);
            assertThat(state.roster().id(agent)).isEqualTo(Long.parseLong(row[1]));
            assertThat(state.values(SwarmFrame.X)[agent]).isEqualTo(Double.parseDouble(row[2]));
            assertThat(state.values(SwarmFrame.Y)[agent]).isEqualTo(Double.parseDouble(row[3]));
            assertThat(state.values(SwarmFrame.Z)[agent]).isEqualTo(Double.parseDouble(row[4]));
            assertThat(state.values(SwarmFrame.FREQUENCY)[agent]).isEqualTo(999);
        }
    }

    /** Read another way than the product does: t,id,x,y,z in the order of the file, which is by t, then id. */
    private static List<List<String[]>> rowsByFrame(Path file) throws IOException {
        Map<String, List<String[]>> frames = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("t,id,x,y,z");
            lines.lines()
                    .map(line -> line.split(",", -1))
                    .forEach(row -> frames.computeIfAbsent(row[0], t -> new ArrayList<>())
                            .add(row));
        }
        return List.copyOf(frames.values());
    }
}
