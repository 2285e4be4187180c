package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventPrinterTest {
    private static final String EVENT = "{\"type\":\"agent.started\",\"data\":{\"name\":\"a\\u001b[2J\"},"
            + "\"source_agent_id\":7,\"circle_id\":2,\"project_id\":null,\"event_id\":\"e\","
            + "\"timestamp\":\"2025-01-16T10:00:00Z\",\"room\":\"general\",\"priority\":\"high\",\"offset\":12,"
            + "\"seq\":null,\"time_us\":1737021600123456,\"cursor\":\"C\"}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void aLineTellsWhenWhereWhatAndAboutWhom() throws Exception {
        printer(false).event(fields(EVENT));
        assertThat(text())
                .isEqualTo(
                        "10:00:00.123  #12      high      general     agent.started               agent 7, circle 2  "
                                + "{\"name\":\"a\\u001b[2J\"}\n");
    }

    @Test
    void theDataOfAllLinesBeginInOneColumnOnceTheLongestWasSeen() throws Exception {
        EventPrinter printer = printer(false);
        for (int i = 0; i < 2; i++) {
            for (String line :
                    new String[] {"9|agent.started|7|ops", "10|system.performance.metrics.cpu|12|building-7"}) {
                String[] parts = line.split("\\|", -1);
                printer.event(fields("{\"type\":\"" + parts[1] + "\",\"data\":{},\"source_agent_id\":" + parts[2]
                        + ",\"room\":\"" + parts[3] + "\",\"priority\":\"high\",\"offset\":" + parts[0]
                        + ",\"time_us\":1737021600123456}"));
            }
        }
        List<String> lines = text().lines().toList();
        assertThat(lines.get(2).indexOf("{}")).isEqualTo(lines.get(1).indexOf("{}"));
        assertThat(lines.get(3).indexOf("{}")).isEqualTo(lines.get(1).indexOf("{}"));
    }

    @Test
    void rawItIsWhatCame() throws Exception {
        EventPrinter printer = printer(true);
        printer.event(fields(EVENT));
        printer.gap(fields("{\"type\":\"gap\"}"));
        printer.presence(fields("{\"type\":\"presence\"}"));
        assertThat(text()).isEqualTo(EVENT + "\n{\"type\":\"gap\"}\n{\"type\":\"presence\"}\n");
    }

    @Test
    void whatATerminalWouldObeyIsNotPrinted() throws Exception {
        printer(false).event(fields("{\"type\":\"a\u009b\",\"room\":\"r\u202e\",\"data\":\"\u202e\"}"));
        assertThat(text()).contains("a?").contains("r?").contains("\"?\"").startsWith("??:??:??.???  #");
    }

    @Test
    void lossesAndNeighboursAreSentences() throws Exception {
        EventPrinter printer = printer(false);
        printer.gap(fields("{\"type\":\"gap\",\"room\":\"ops\",\"ranges\":[[10,20],[25,25]],\"count\":7}"));
        printer.presence(
                fields(
                        "{\"type\":\"presence\",\"room\":\"ops\",\"members\":1,\"joined\":[\"c-1\"],\"left\":[\"c-2\",\"c-3\"]}"));
        assertThat(text())
                .isEqualTo("-- lost: 7 events of room ops, which this client did not read fast enough; offsets within"
                        + " [[10,20],[25,25]]\n-- room ops: 1 client; came: c-1; left: c-2, c-3\n");
    }

    private static JsonFields fields(String json) throws IOException {
        return JsonFields.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private EventPrinter printer(boolean raw) {
        return new EventPrinter(Terminal.none(out), raw, ZoneOffset.UTC, true);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
