package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.management.ThreadMXBean;
import io.essaim.protocol.Samples;
import io.essaim.protocol.swarm.SwarmFrame;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonFrameEncoderTest {
    private final JsonFrameEncoder encoder = new JsonFrameEncoder(Samples.STREAM16);
    private final JsonBuffer out = new JsonBuffer(16);

    @Test
    void aFrameHasTheExactShapeOfTheSeed() {
        SwarmFrame frame = Samples.frame(16);
        encoder.encode(frame, Samples.ROSTER, out);
        assertThat(new String(out.toByteArray(), StandardCharsets.UTF_8))
                .startsWith(
                        "{\"type\":\"swarm_update\",\"timestamp\":\"2025-01-16T10:00:00Z\",\"frequency\":999,"
                                + "\"agent_count\":4,\"seq\":4294967295,\"time_us\":1737021600123456,\"agents\":["
                                + "{\"id\":0,\"sphere\":\"personal\",\"x\":0.5234,\"y\":-0.1234,\"z\":0.8765,\"frequency\":987.3},"
                                + "{\"id\":7,\"sphere\":\"social\",\"x\":0.0000,\"y\":-0.0001,\"z\":1.0000,\"frequency\":0.0},");
    }

    @Test
    void aStandardParserReadsTheGridsValues() throws Exception {
        SwarmFrame frame = Samples.frame(16);
        encoder.encode(frame, Samples.ROSTER, out);
        List<Double> xs = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(out.toByteArray())) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && "x".equals(parser.currentName())) {
                    xs.add(parser.getDoubleValue());
                }
            }
        }
        List<Double> expected = new ArrayList<>();
        for (int agent = 0; agent < frame.agentCount(); agent++) {
            expected.add(Samples.STREAM16.components().get(SwarmFrame.X).value(frame.values(SwarmFrame.X)[agent]));
        }
        assertThat(xs).isEqualTo(expected);
    }

    @Test
    void aFrameAllocatesNothingInSteadyState() {
        SwarmFrame frame = Samples.frame(16);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20_000; i++) {
            encoder.encode(frame, Samples.ROSTER, out);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            encoder.encode(frame, Samples.ROSTER, out);
        }
        // The measuring itself may allocate a little; a single byte per frame would be 10,000.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }
}
