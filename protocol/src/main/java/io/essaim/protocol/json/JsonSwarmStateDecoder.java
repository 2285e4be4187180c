package io.essaim.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.IdSet;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code swarm_state}, a producer's whole state, from text that nobody vouches for. No object is made of an agent:
 * once the agents are known, a state of the same ones allocates next to nothing. Not thread-safe.
 */
public final class JsonSwarmStateDecoder {
    /** As {@code type} names the message. */
    public static final String TYPE = "swarm_state";

    private static final long ID_MAX = 0xFFFF_FFFFL;
    private static final int DEPTH_MAX = 8;
    private static final int NUMBER_CHARS_MAX = 64;
    private static final int AGENTS_AT_FIRST = 512;

    private static final int ID = 1 << SwarmFrame.COMPONENTS;
    private static final int SPHERE = 2 * ID;
    private static final int NEEDED = ID | 1 << SwarmFrame.X | 1 << SwarmFrame.Y;

    /** Names come from anybody: they are not to stay in the JVM's table of strings. */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxNameLength(Limits.LABEL_BYTES_MAX)
                    // Looked at only where the parser's own buffer is too small; a label has its own bound.
                    .maxStringLength(Limits.VIEWER_MESSAGE_BYTES_MAX)
                    .build())
            .build();

    private final String[] names = new String[SwarmFrame.COMPONENTS];
    private final int[] decimals = new int[SwarmFrame.COMPONENTS];
    private final int[] valuesLeftOut = new int[SwarmFrame.COMPONENTS];
    private final char[] sphereLeftOut;
    private final boolean unknownPass;
    private final LabelTable labels = new LabelTable();
    private final IdSet idSet = new IdSet();
    private int[] ids = new int[0];
    private int[] sphereOf = new int[0];

    /**
     * @param components the grid: decimals; offsets are not used
     * @param sphere of agents that name none
     * @param targetFrequency of agents that name none
     */
    public JsonSwarmStateDecoder(List<Component> components, String sphere, int targetFrequency) {
        this(components, sphere, targetFrequency, false);
    }

    /**
     * Likewise.
     *
     * @param unknownPass whether fields that nobody knows are passed over, and not an error
     */
    public JsonSwarmStateDecoder(List<Component> components, String sphere, int targetFrequency, boolean unknownPass) {
        this.unknownPass = unknownPass;
        for (int i = 0; i < SwarmFrame.COMPONENTS; i++) {
            names[i] = components.get(i).name();
            decimals[i] = components.get(i).decimals();
        }
        valuesLeftOut[SwarmFrame.FREQUENCY] = Math.toIntExact(
                targetFrequency * components.get(SwarmFrame.FREQUENCY).scale());
        sphereLeftOut = sphere.toCharArray();
    }

    /**
     * The type that a message claims to be of; null when it says none, or not within its first
     * {@value Limits#VIEWER_MESSAGE_BYTES_MAX} bytes, or is no JSON. Looks no further than the first list: {@code agents}
     * before any {@code type} is a state. Thread-safe, and quick for a large state.
     */
    public static @Nullable String typeOf(byte[] text) {
        int length = Math.min(text.length, Limits.VIEWER_MESSAGE_BYTES_MAX);
        try (JsonParser parser = FACTORY.createParser(text, 0, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("type")) {
                    return value == JsonToken.VALUE_STRING ? parser.getText() : null;
                } else if (value == JsonToken.START_ARRAY || value == JsonToken.START_OBJECT) {
                    return name.equals("agents") ? TYPE : null;
                }
            }
            return null;
        } catch (IOException e) {
            // Whoever decodes it says what is wrong.
            return null;
        }
    }

    /**
     * Reads a state: its values into {@code frame}, which is spoilt when this fails.
     *
     * @param known the roster of the state before
     * @return {@code known} itself when the agents and their labels are the same, in the same order; else the new roster,
     *     with the next version
     * @throws MalformedMessageException naming the agent, the field and the limit
     */
    public Roster decode(byte[] text, SwarmFrame frame, Roster known) throws MalformedMessageException {
        labels.clear();
        int agents;
        try (JsonParser parser = FACTORY.createParser(text)) {
            agents = message(parser, frame);
        } catch (JsonProcessingException e) {
            throw new MalformedMessageException("not JSON: " + abridged(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new MalformedMessageException("not JSON: " + abridged(String.valueOf(e.getMessage())), e);
        }
        Roster roster = isSame(known, agents) ? known : roster(agents, (known.version() + 1) & 0xFFFF);
        frame.begin(0, 0, roster.version(), 0, agents);
        return roster;
    }

    private int message(JsonParser parser, SwarmFrame frame) throws IOException, MalformedMessageException {
        try {
            return fields(parser, frame);
        } catch (StreamConstraintsException e) {
            throw JsonBounds.crossed(e, parser);
        }
    }

    private int fields(JsonParser parser, SwarmFrame frame) throws IOException, MalformedMessageException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedMessageException("not a JSON object");
        }
        boolean typeSeen = false;
        int agents = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("type") && !typeSeen) {
                typeSeen = true;
                if (value != JsonToken.VALUE_STRING || !parser.getText().equals(TYPE)) {
                    throw new MalformedMessageException("type is not \"" + TYPE + "\"");
                }
            } else if (name.equals("agents") && agents < 0) {
                if (value != JsonToken.START_ARRAY) {
                    throw new MalformedMessageException("agents is not an array");
                }
                agents = agents(parser, frame);
            } else if (name.equals("type") || name.equals("agents")) {
                throw new MalformedMessageException(name + " stands twice in " + TYPE);
            } else if (unknownPass) {
                parser.skipChildren();
            } else {
                throw new MalformedMessageException("unknown field \"" + abridged(name) + "\" in " + TYPE);
            }
        }
        if (!typeSeen || agents < 0) {
            throw new MalformedMessageException((typeSeen ? "agents" : "type") + " is missing in " + TYPE);
        }
        if (parser.nextToken() != null) {
            throw new MalformedMessageException("text after the JSON object");
        }
        return agents;
    }

    private int agents(JsonParser parser, SwarmFrame frame) throws IOException, MalformedMessageException {
        int agent = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (agent == Limits.AGENTS_MAX) {
                throw new MalformedMessageException("agents has more than " + Limits.AGENTS_MAX + " agents");
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new MalformedMessageException("agents[" + agent + "] is not an object");
            }
            if (agent == ids.length) {
                ids = Arrays.copyOf(ids, Math.max(AGENTS_AT_FIRST, 2 * agent));
                sphereOf = Arrays.copyOf(sphereOf, ids.length);
            }
            if (agent >= frame.agentCount()) {
                frame.begin(0, 0, 0, 0, ids.length);
            }
            agent(parser, frame, agent);
            agent++;
        }
        return agent;
    }

    private void agent(JsonParser parser, SwarmFrame frame, int agent) throws IOException, MalformedMessageException {
        int seen = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            int field = field(name);
            if (field == 0 && unknownPass) {
                parser.skipChildren();
                continue;
            } else if (field == 0) {
                throw new MalformedMessageException("agents[" + agent + "]." + abridged(name)
                        + " is unknown; an agent has id, sphere, x, y, z, frequency");
            }
            if ((seen & field) != 0) {
                throw new MalformedMessageException("agents[" + agent + "]." + name + " stands twice");
            }
            if (parser.currentToken() == JsonToken.VALUE_NULL && (field & NEEDED) == 0) {
                continue;
            }
            seen |= field;
            if (field == ID) {
                ids[agent] = (int) id(parser, agent);
            } else if (field == SPHERE) {
                sphereOf[agent] = sphere(parser, agent);
            } else {
                int component = Integer.numberOfTrailingZeros(field);
                frame.values(component)[agent] = value(parser, agent, component);
            }
        }
        complete(frame, agent, seen);
    }

    /** Fills in what may be left out. */
    private void complete(SwarmFrame frame, int agent, int seen) throws MalformedMessageException {
        if ((seen & NEEDED) != NEEDED) {
            String missing =
                    (seen & ID) == 0 ? "id" : names[(seen & 1 << SwarmFrame.X) == 0 ? SwarmFrame.X : SwarmFrame.Y];
            throw new MalformedMessageException("agents[" + agent + "]." + missing + " is missing");
        }
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            if ((seen & 1 << component) == 0) {
                frame.values(component)[agent] = valuesLeftOut[component];
            }
        }
        if ((seen & SPHERE) == 0) {
            sphereOf[agent] = label(sphereLeftOut, 0, sphereLeftOut.length);
        }
    }

    private int field(String name) {
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            if (name.equals(names[component])) {
                return 1 << component;
            }
        }
        return name.equals("id") ? ID : name.equals("sphere") ? SPHERE : 0;
    }

    private static long id(JsonParser parser, int agent) throws IOException, MalformedMessageException {
        long id = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? number(parser, 0) : -1;
        if (id < 0 || id > ID_MAX) {
            throw new MalformedMessageException(
                    "agents[" + agent + "].id is " + shown(parser) + ", a whole number from 0 to " + ID_MAX);
        }
        return id;
    }

    private int value(JsonParser parser, int agent, int component) throws IOException, MalformedMessageException {
        if (!parser.currentToken().isNumeric()) {
            throw new MalformedMessageException(
                    "agents[" + agent + "]." + names[component] + " is " + shown(parser) + ", not a number");
        }
        long gridded = number(parser, decimals[component]);
        if (gridded != (int) gridded) {
            throw new MalformedMessageException("agents[" + agent + "]." + names[component] + " is " + shown(parser)
                    + "; with " + decimals[component] + " decimals 32 bits hold no more than "
                    + BigDecimal.valueOf(Integer.MAX_VALUE, decimals[component]));
        }
        return (int) gridded;
    }

    private static long number(JsonParser parser, int decimals) throws IOException {
        return GridNumber.of(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength(), decimals);
    }

    private int sphere(JsonParser parser, int agent) throws IOException, MalformedMessageException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new MalformedMessageException("agents[" + agent + "].sphere is " + shown(parser) + ", not a string");
        }
        int before = labels.size();
        int number = label(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        if (number == before) {
            String label = labels.label(number);
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(label)) {
                throw new MalformedMessageException("agents[" + agent + "].sphere holds half of a surrogate pair");
            }
            int bytes = label.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > Limits.LABEL_BYTES_MAX) {
                throw new MalformedMessageException("agents[" + agent + "].sphere has " + bytes
                        + " bytes in UTF-8, from 1 to " + Limits.LABEL_BYTES_MAX + "; or leave it out");
            }
        }
        return number;
    }

    private int label(char[] chars, int offset, int length) throws MalformedMessageException {
        int number = labels.number(chars, offset, length);
        if (number == Limits.SPHERES_MAX) {
            throw new MalformedMessageException("agents have more than " + Limits.SPHERES_MAX + " different spheres");
        }
        return number;
    }

    private boolean isSame(Roster known, int agents) {
        if (known.agentCount() != agents) {
            return false;
        }
        for (int agent = 0; agent < agents; agent++) {
            if (known.id(agent) != Integer.toUnsignedLong(ids[agent])
                    || !known.sphere(agent).equals(labels.label(sphereOf[agent]))) {
                return false;
            }
        }
        return true;
    }

    private Roster roster(int agents, int version) throws MalformedMessageException {
        int repeated = idSet.firstRepeated(ids, agents);
        if (repeated >= 0) {
            throw new MalformedMessageException("agents[" + repeated + "].id is "
                    + Integer.toUnsignedLong(ids[repeated]) + ", which an agent before it has already");
        }
        return new Roster(version, labels.labels(), Arrays.copyOf(ids, agents), Arrays.copyOf(sphereOf, agents));
    }

    private static String shown(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "\"" + abridged(parser.getText()) + "\"";
            default -> abridged(parser.getText());
        };
    }

    private static String abridged(@Nullable String text) {
        String whole = String.valueOf(text);
        return whole.length() <= 80 ? whole : whole.substring(0, 77) + "...";
    }
}
