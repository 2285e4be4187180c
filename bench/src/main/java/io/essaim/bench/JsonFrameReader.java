package io.essaim.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads {@code swarm_update} the cheapest way a Java client has with a common library: Jackson's streaming parser, straight
 * into arrays, without a tree. Reads every field, names too, as a client has to that knows no roster.
 */
public final class JsonFrameReader {
    private static final int ALL_FIELDS = (1 << 6) - 1;

    private final JsonFactory factory = new JsonFactory();
    private final double[][] values = new double[4][0];
    private long[] ids = new long[0];
    private String[] spheres = new String[0];
    private long sequence;
    private long timeMicros;
    private int targetFrequency;

    /**
     * Reads a frame; returns how many agents it has.
     *
     * @throws IOException when the text is no such message
     */
    public int read(byte[] text) throws IOException {
        int agents = -1;
        int announced = 0;
        try (JsonParser parser = factory.createParser(text)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                switch (field) {
                    case "seq" -> sequence = parser.getLongValue();
                    case "time_us" -> timeMicros = parser.getLongValue();
                    case "frequency" -> targetFrequency = parser.getIntValue();
                    case "agent_count" -> {
                        announced = parser.getIntValue();
                        grow(announced, text.length);
                    }
                    case "agents" -> agents = readAgents(parser);
                    default -> parser.skipChildren();
                }
            }
        }
        if (agents != announced) {
            throw new IOException("agent_count=" + announced + ", but " + agents + " agents");
        }
        return agents;
    }

    public long sequence() {
        return sequence;
    }

    /** Microseconds since 1970. */
    public long timeMicros() {
        return timeMicros;
    }

    public int targetFrequency() {
        return targetFrequency;
    }

    public double value(int component, int agent) {
        return values[component][agent];
    }

    public long id(int agent) {
        return ids[agent];
    }

    public String sphere(int agent) {
        return spheres[agent];
    }

    private int readAgents(JsonParser parser) throws IOException {
        int agent = 0;
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            if (agent == ids.length) {
                throw new IOException("more agents than agent_count=" + agent);
            }
            if (readAgent(parser, agent) != ALL_FIELDS) {
                throw new IOException("agent " + agent + " lacks a field");
            }
            agent++;
        }
        return agent;
    }

    /** Returns which fields it has: the arrays still hold what an older frame said. */
    private int readAgent(JsonParser parser, int agent) throws IOException {
        int read = 0;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "id" -> {
                    ids[agent] = parser.getLongValue();
                    read |= 1;
                }
                case "sphere" -> {
                    spheres[agent] = parser.getText();
                    read |= 1 << 1;
                }
                case "x" -> read |= readValue(parser, 0, agent);
                case "y" -> read |= readValue(parser, 1, agent);
                case "z" -> read |= readValue(parser, 2, agent);
                case "frequency" -> read |= readValue(parser, 3, agent);
                default -> parser.skipChildren();
            }
        }
        return read;
    }

    private int readValue(JsonParser parser, int component, int agent) throws IOException {
        values[component][agent] = parser.getDoubleValue();
        return 1 << (2 + component);
    }

    private void grow(int agents, int bytes) throws IOException {
        if (agents < 0 || agents > bytes) {
            throw new IOException("agent_count=" + agents + " in " + bytes + " bytes");
        }
        if (agents > ids.length) {
            ids = Arrays.copyOf(ids, agents);
            spheres = Arrays.copyOf(spheres, agents);
            for (int component = 0; component < values.length; component++) {
                values[component] = Arrays.copyOf(values[component], agents);
            }
        }
    }

    private static void expect(JsonToken token, JsonToken expected) throws IOException {
        if (token != expected) {
            throw new IOException("expected " + expected + ", found " + token);
        }
    }
}
