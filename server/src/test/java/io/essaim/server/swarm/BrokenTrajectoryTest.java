package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.essaim.protocol.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of files that cannot be used: the whole message, since it is all that its reader has. */
final class BrokenTrajectoryTest {
    private static final String HEADER = "t,id,x,y,z\n";
    private static final String KNOWN = "of t, id, x, y, z, frequency, label";

    @TempDir
    Path folder;

    static Stream<Arguments> brokenTexts() {
        String labelled = "t,id,x,y,z,label\n";
        return Stream.of(
                arguments("", "is empty; the first line names the columns, " + KNOWN),
                arguments("\n\r\n\n", "is empty; the first line names the columns, " + KNOWN),
                arguments(HEADER, "has a header and no rows; add one for each agent and time"),
                arguments(
                        "t,id,x,y,z,speed\n0,0,0,0,0,0\n",
                        "line 1: column 6: \"speed\" is unknown; the first line names the columns, " + KNOWN
                                + ", with commas between them"),
                arguments(
                        "0.0,1,0.1,0.2,0.3\n",
                        "line 1: column 1: \"0.0\" is unknown; the first line names the columns, " + KNOWN
                                + ", with commas between them"),
                arguments(
                        "t;id;x;y;z\n0;0;0;0;0\n",
                        "line 1: column 1: \"t;id;x;y;z\" is unknown; the first line names the columns, " + KNOWN
                                + ", with commas between them"),
                arguments(
                        "t,ID,x,y,z\n",
                        "line 1: column 2: \"ID\" is unknown; the first line names the columns, " + KNOWN
                                + ", with commas between them"),
                arguments("t,id,x,y\n0,0,0,0\n", "line 1: there is no column z; t, id, x, y and z are needed"),
                arguments("t,x,id,y,z,x\n", "line 1: column 6: x is a second time here; remove one"),
                arguments(
                        HEADER + "0,0,abc,0,0\n",
                        "line 2: column 3 (x): \"abc\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,0,0,,0\n", "line 2: column 4 (y): \"\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,0,0,0,NaN\n",
                        "line 2: column 5 (z): \"NaN\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "Infinity,0,0,0,0\n",
                        "line 2: column 1 (t): \"Infinity\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,0,0,0,1e400\n",
                        "line 2: column 5 (z): \"1e400\" is too large a number; the largest is 1.8e308"),
                arguments(
                        HEADER + "0,0,1.5f,0,0\n",
                        "line 2: column 3 (x): \"1.5f\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,0,0x1p3,0,0\n",
                        "line 2: column 3 (x): \"0x1p3\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,0,1-2,0,0\n",
                        "line 2: column 3 (x): \"1-2\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,0,\"1,5\",0,0\n",
                        "line 2: column 3 (x): \"1,5\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        "t,id,x,y,z,frequency\n0,0,0,0,0,high\n",
                        "line 2: column 6 (frequency): \"high\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,-1,0,0,0\n",
                        "line 2: column 2 (id): \"-1\" is not a whole number from 0 to 4294967295"),
                arguments(
                        HEADER + "0,4294967296,0,0,0\n",
                        "line 2: column 2 (id): \"4294967296\" is not a whole number from 0 to 4294967295"),
                arguments(
                        HEADER + "0,1.0,0,0,0\n",
                        "line 2: column 2 (id): \"1.0\" is not a whole number from 0 to 4294967295"),
                arguments(
                        HEADER + "0,0,0,0,0\r\n\r\n0.1,0,0,x,0\r\n",
                        "line 4: column 4 (y): \"x\" is not a number; write it as -1.5 or 2e-3"),
                arguments(HEADER + "0,0,0,0\n", "line 2: has 4 columns, the header 5; give each row as many"),
                arguments(
                        HEADER + "0,0,0,0,0\n0.1,0,0,0,0,0\n",
                        "line 3: has 6 columns, the header 5; give each row as many"),
                arguments(
                        HEADER + "0,0,0,0,0\n0.25,0,0,0,0\n0.250,0,1,1,1\n",
                        "line 4: agent 0 has more than one row with t 0.25; keep one"),
                arguments(
                        HEADER + "0.5,4294967295,0,0,0\n0,4294967295,0,0,0\n0.5,4294967295,0,0,0\n",
                        "agent 4294967295 has more than one row with t 0.5; keep one"),
                arguments(
                        HEADER + "0,0,0,0,0\n-0.0,0,0,0,0\n",
                        "line 3: agent 0 has more than one row with t -0.0; keep one"),
                arguments(
                        HEADER + "0,0,0,0,0\n1e10,0,0,0,0\n",
                        "goes on for 1.0E10 seconds, at most 1.0E9; t is in seconds"),
                arguments(
                        labelled + "0,5,0,0,0,work\n0.1,5,0,0,0,social\n",
                        "line 3: agent 5 is \"social\" here and \"work\" before; an agent keeps its label"),
                arguments(
                        labelled + "0,5,0,0,0,\n",
                        "line 2: column 6 (label): \"\" is no label; give each agent one, or remove the column"),
                arguments(
                        labelled + "0,5,0,0,0," + "é".repeat(128) + "\n",
                        "line 2: column 6 (label): \"" + "é".repeat(40)
                                + "…\" has 256 bytes in UTF-8, at most 255; shorten it"),
                arguments(HEADER + "0,0,\"1\n2,0,0\n", "line 2: has 3 columns, the header 5; give each row as many"),
                arguments(
                        HEADER + "0,0,0,0,\"1\n2,0,0\n",
                        "line 2: column 5 (z): \"1·2,0,0·\" is not a number; write it as -1.5 or 2e-3"),
                arguments(
                        HEADER + "0,0,\"1\"2,0,0\n",
                        "is not CSV (Exception when reading record that started in line 2: Unexpected character after"
                                + " closing quote: 2); close every quote that a field opens with"));
    }

    @ParameterizedTest
    @MethodSource("brokenTexts")
    void saysWhatIsWrongAndWhere(String text, String problem) {
        check(TrajectoryFiles.write(folder, "flight.csv", text), problem);
    }

    @Test
    void saysThatAQuoteIsOpenForTooLong() {
        String text = HEADER + "0,0,\"1,0,0\n" + "0,0,0,0,0\n".repeat(10_000);
        check(
                TrajectoryFiles.write(folder, "flight.csv", text),
                "is not CSV (Exception when reading record that started in line 2: The maximum buffer size of 65536 is"
                        + " insufficient to read the data of a single field. This issue typically arises when a"
                        + " quotation begins but does not conclude within the confines of this buffer's maximum limit.);"
                        + " close every quote that a field opens with");
    }

    @Test
    void saysThatAFileIsNotThere() {
        check(folder.resolve("none.csv"), "is not there; check the path");
        check(folder.resolve("nowhere/none.csv"), "is not there; check the path");
    }

    @Test
    void saysThatAFileIsADirectory() {
        check(folder, "is a directory; name a file in it");
    }

    @Test
    void saysThatGzipIsCutOff() {
        byte[] whole = TrajectoryFiles.gzip(HEADER + "0,0,0,0,0\n".repeat(100));
        check(
                TrajectoryFiles.write(folder, "flight.csv.gz", Arrays.copyOf(whole, 30)),
                "is damaged gzip (Unexpected end of ZLIB input stream); copy it again");
        check(
                TrajectoryFiles.write(folder, "flight.csv.gz", Arrays.copyOf(whole, 4)),
                "is damaged gzip (it ends too early); copy it again");
    }

    @Test
    void saysThatGzipIsCorrupt() {
        byte[] corrupt = TrajectoryFiles.gzip(HEADER + "0,0,0,0,0\n");
        corrupt[corrupt.length - 8] ^= 1;
        check(
                TrajectoryFiles.write(folder, "flight.csv.gz", corrupt),
                "is damaged gzip (Corrupt GZIP trailer); copy it again");
    }

    @Test
    void saysThatAnEmptyGzipIsEmpty() {
        check(
                TrajectoryFiles.write(folder, "flight.csv.gz", TrajectoryFiles.gzip("")),
                "is empty; the first line names the columns, " + KNOWN);
    }

    @Test
    void saysThatTextIsNotUtf8() {
        String text = "t,id,x,y,z,label\n0,0,0,0,0,é\n";
        check(
                TrajectoryFiles.write(folder, "latin.csv", text.getBytes(StandardCharsets.ISO_8859_1)),
                "is not UTF-8 text; save it as UTF-8");
        check(
                TrajectoryFiles.write(folder, "wide.csv", text.getBytes(StandardCharsets.UTF_16)),
                "is not UTF-8 text; save it as UTF-8");
    }

    @Test
    void saysThatTheMemoryAllowedDoesNotHoldIt() {
        Path file = TrajectoryFiles.write(folder, "flight.csv", HEADER + "0,0,0,0,0\n1,0,0,0,0\n2,0,0,0,0\n");
        long twoSamples = TrajectoryBuilder.BYTES_PER_AGENT + 2 * TrajectoryBuilder.BYTES_PER_SAMPLE;
        assertThatExceptionOfType(TrajectoryException.class)
                .isThrownBy(() -> new TrajectoryReader(twoSamples, (bytesRead, bytesTotal) -> {}).read(file))
                .withMessage(
                        file + ": line 4: sample 3, of 1 agents so far, takes more memory than the 1152 bytes allowed;"
                                + " raise trajectory-memory (and Java's -Xmx where it is more), or cut the file");
    }

    @Test
    void countsTheMemoryOfAgentsWithFewSamplesEach() {
        Path file = TrajectoryFiles.write(folder, "flight.csv", HEADER + "0,0,0,0,0\n0,1,0,0,0\n0,2,0,0,0\n");
        assertThatExceptionOfType(TrajectoryException.class)
                .isThrownBy(() -> new TrajectoryReader(3_000, (bytesRead, bytesTotal) -> {}).read(file))
                .withMessageContaining("line 4: sample 3, of 3 agents so far, takes more memory than the 3000 bytes");
    }

    @Test
    void saysThatThereAreTooManyAgents() {
        StringBuilder text = new StringBuilder(HEADER);
        IntStream.rangeClosed(0, Limits.AGENTS_MAX)
                .forEach(id -> text.append("0,").append(id).append(",0,0,0\n"));
        check(
                TrajectoryFiles.write(folder, "flight.csv", text.toString()),
                "line 100002: agent 100000 is one more than 100000, the most that a stream carries; split the file");
    }

    @Test
    void saysThatThereAreTooManyLabels() {
        StringBuilder text = new StringBuilder("t,id,x,y,z,label\n");
        IntStream.rangeClosed(0, Limits.SPHERES_MAX)
                .forEach(id -> text.append("0,")
                        .append(id)
                        .append(",0,0,0,a")
                        .append(id)
                        .append('\n'));
        check(
                TrajectoryFiles.write(folder, "flight.csv", text.toString()),
                "line 65537: label \"a65535\" is one more than 65535, the most that a stream carries; use fewer");
    }

    private static void check(Path file, String problem) {
        assertThatExceptionOfType(TrajectoryException.class)
                .isThrownBy(() -> TrajectoryFiles.read(file))
                .satisfies(e -> assertThat(e.getMessage()).isEqualTo(file + ": " + problem));
    }
}
