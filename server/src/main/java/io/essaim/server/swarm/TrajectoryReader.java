package io.essaim.server.swarm;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads recorded trajectories: CSV in UTF-8, one row an agent and time, plain or gzip (told by the content, not the name).
 * The first line names the columns, in any order:
 *
 * <pre>
 *   t,id,x,y,z,frequency,label
 *   0.000000,0,-0.5905,0.2408,0.0379,990.1,work
 * </pre>
 *
 * <p>{@code t} is in seconds, {@code id} a whole number from 0 to 2^32 - 1; {@code frequency} and {@code label} may be left out.
 * Rows come in any order; an agent has one row a time, and one label. Blocks on the file: not for the clock's thread.
 */
public final class TrajectoryReader {
    /** Samples of a file, whatever the memory: those of one agent lie in one array. */
    public static final int SAMPLES_MAX = 100_000_000;

    /** Between the first and the last time of a file: more is a t that is not in seconds. */
    public static final double SECONDS_MAX = 1e9;

    private static final int FIELD_CHARS_MAX = 1 << 16;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final long memoryBytesMax;
    private final Progress progress;

    /** Told how far the reading is: after every 1 MB, and at the end. */
    @FunctionalInterface
    public interface Progress {
        /** @param bytesTotal the file's size as it lies there, compressed or not */
        void at(long bytesRead, long bytesTotal);
    }

    /** Reads what fits into half of the heap. */
    public TrajectoryReader(Progress progress) {
        this(Runtime.getRuntime().maxMemory() / 2, progress);
    }

    /**
     * @param memoryBytesMax that a file's samples and agents may take, while they are read and afterwards: 1 to Java's heap
     * @throws IllegalArgumentException when it is more than the heap, or nothing
     */
    public TrajectoryReader(long memoryBytesMax, Progress progress) {
        long heap = Runtime.getRuntime().maxMemory();
        if (memoryBytesMax < 1 || memoryBytesMax > heap) {
            throw new IllegalArgumentException("trajectory-memory=" + memoryBytesMax + ", from 1 to " + heap
                    + " bytes, which is Java's heap; ask for less, or start Java with a larger -Xmx");
        }
        this.memoryBytesMax = memoryBytesMax;
        this.progress = progress;
    }

    /** The whole file; memory is needed for every sample, not for the file's text. */
    public Trajectory read(Path file) throws TrajectoryException {
        try {
            return open(file);
        } catch (TrajectoryException e) {
            throw e.in(file.toString());
        } catch (CsvParseException e) {
            throw unparsable(e).in(file.toString());
        } catch (UncheckedIOException e) {
            throw unreadable(Objects.requireNonNull(e.getCause())).in(file.toString());
        } catch (IOException e) {
            throw unreadable(e).in(file.toString());
        }
    }

    private Trajectory open(Path file) throws IOException, TrajectoryException {
        if (Files.isDirectory(file)) {
            throw new TrajectoryException("is a directory; name a file in it");
        }
        long bytesTotal = Files.size(file);
        try (InputStream bytes = new ProgressInputStream(Files.newInputStream(file), bytesTotal, progress);
                Reader text = text(bytes);
                CsvReader<CsvRecord> rows = csv(text)) {
            Trajectory trajectory = parse(String.valueOf(file.getFileName()), rows.iterator());
            progress.at(bytesTotal, bytesTotal);
            return trajectory;
        }
    }

    private static CsvReader<CsvRecord> csv(Reader text) {
        return CsvReader.builder()
                .acceptCharsAfterQuotes(false)
                .maxBufferSize(FIELD_CHARS_MAX)
                .ofCsvRecord(text);
    }

    private static Reader text(InputStream bytes) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(bytes, BUFFER_BYTES);
        InputStream unpacked = startsWith(buffered, GZIP) ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered;
        BufferedInputStream marked = new BufferedInputStream(unpacked, BUFFER_BYTES);
        if (startsWith(marked, BYTE_ORDER_MARK)) {
            marked.skipNBytes(BYTE_ORDER_MARK.length);
        }
        // A new decoder reports malformed bytes; the charset itself would quietly replace them.
        return new InputStreamReader(marked, StandardCharsets.UTF_8.newDecoder());
    }

    private static boolean startsWith(BufferedInputStream in, byte[] magic) throws IOException {
        in.mark(magic.length);
        byte[] start = in.readNBytes(magic.length);
        in.reset();
        return Arrays.equals(start, magic);
    }

    private Trajectory parse(String name, Iterator<CsvRecord> rows) throws TrajectoryException {
        if (!rows.hasNext()) {
            throw new TrajectoryException("is empty; the first line names the columns, of " + TrajectoryColumn.NAMES);
        }
        TrajectoryCells cells = header(rows.next());
        TrajectoryBuilder builder = new TrajectoryBuilder(name, cells.has(TrajectoryColumn.FREQUENCY), memoryBytesMax);
        double[] sample = new double[Track.NUMBERS_WITH_FREQUENCY];
        while (rows.hasNext()) {
            CsvRecord row = rows.next();
            try {
                cells.read(row, sample);
                builder.add(cells.id(row), cells.label(row), sample);
            } catch (TrajectoryException e) {
                throw e.in("line " + row.getStartingLineNumber());
            }
        }
        return builder.build();
    }

    private static TrajectoryCells header(CsvRecord row) throws TrajectoryException {
        try {
            return new TrajectoryCells(row);
        } catch (TrajectoryException e) {
            throw e.in("line " + row.getStartingLineNumber());
        }
    }

    private static TrajectoryException unparsable(CsvParseException e) {
        String reason = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
        return new TrajectoryException(
                "is not CSV (" + e.getMessage() + reason + "); close every quote that a field opens with", e);
    }

    private static TrajectoryException unreadable(Throwable e) {
        if (e instanceof NoSuchFileException) {
            return new TrajectoryException("is not there; check the path", e);
        }
        if (e instanceof AccessDeniedException) {
            return new TrajectoryException("may not be read; check its permissions", e);
        }
        if (e instanceof CharacterCodingException) {
            return new TrajectoryException("is not UTF-8 text; save it as UTF-8", e);
        }
        if (e instanceof ZipException || e instanceof EOFException) {
            String reason = e.getMessage() == null ? "it ends too early" : e.getMessage();
            return new TrajectoryException("is damaged gzip (" + reason + "); copy it again", e);
        }
        return new TrajectoryException("cannot be read: " + e.getMessage(), e);
    }
}
