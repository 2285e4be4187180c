package io.essaim.fuzz;

import io.essaim.server.swarm.TrajectoryException;
import io.essaim.server.swarm.TrajectoryReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Recordings in CSV. */
final class FileTargets {
    private static final long MEMORY_BYTES_MAX = 64 << 20;
    private static final String RECORDING =
            """
            t,id,x,y,z,frequency,label
            0,1,0.5,1,2,432,personal
            1.5,1,0.6,1,2,432,personal
            0,2,1,1e-3,"2",440,work
            """;

    private FileTargets() {}

    static List<FuzzTarget> all() throws IOException {
        Path file = Files.createTempFile("essaim-fuzz", ".csv");
        file.toFile().deleteOnExit();
        return List.of(new FuzzTarget("recordings", input -> read(file, input), Seeds.texts(RECORDING)));
    }

    private static void read(Path file, byte[] input) throws IOException {
        Files.write(file, input);
        try {
            new TrajectoryReader(MEMORY_BYTES_MAX, (done, total) -> {}).read(file);
        } catch (TrajectoryException e) {
            FuzzTarget.require(String.valueOf(e.getMessage()).contains(".csv"), "a problem without its file");
        }
    }
}
