package io.essaim.bench.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Results as files: {@code NAME.KIND.json}, indented, fields named as the records'. */
public final class ResultFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ResultFiles() {}

    /** Writes {@code folder/name.KIND.json}, making the folder; an older file of that name is replaced. */
    public static Path write(Path folder, String name, Result result) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name + "." + Kind.of(result).suffix() + ".json");
        MAPPER.writeValue(file.toFile(), result);
        return file;
    }

    /**
     * Reads every result of a folder, in the order of their names; other files are passed over.
     *
     * @throws IOException also when a file does not hold what its name says; the message names it
     */
    public static List<Result> readAll(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.sorted().toList();
        }
        List<Result> results = new ArrayList<>();
        for (Path file : files) {
            for (Kind kind : Kind.values()) {
                if (file.getFileName().toString().endsWith("." + kind.suffix() + ".json")) {
                    results.add(read(file, kind));
                }
            }
        }
        return results;
    }

    private static Result read(Path file, Kind kind) throws IOException {
        try {
            return MAPPER.readValue(file.toFile(), kind.type);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a " + kind.suffix() + " result: " + e.getOriginalMessage(), e);
        }
    }

    private enum Kind {
        LOAD(LoadResult.class),
        PEERS(PeersResult.class),
        TRANSPORTS(TransportsResult.class),
        SIZE(SizeResult.class),
        GROWTH(GrowthResult.class),
        DISTURBANCES(DisturbancesResult.class);

        private final Class<? extends Result> type;

        Kind(Class<? extends Result> type) {
            this.type = type;
        }

        static Kind of(Result result) {
            for (Kind kind : values()) {
                if (kind.type.isInstance(result)) {
                    return kind;
                }
            }
            throw new AssertionError(result);
        }

        String suffix() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
