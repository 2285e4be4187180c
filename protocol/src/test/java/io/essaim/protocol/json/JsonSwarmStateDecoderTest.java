package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSwarmStateDecoderTest {
    private static final Roster NOBODY = new Roster(0, List.of(), new int[0], new int[0]);

    private final JsonSwarmStateDecoder decoder = new JsonSwarmStateDecoder(
            List.of(
                    new Component("x", 4, 0),
                    new Component("y", 4, 0),
                    new Component("z", 4, 0),
                    new Component("frequency", 1, 0)),
            "somewhere",
            999);
    private final SwarmFrame frame = new SwarmFrame();

    @Test
    void theGoldenStateIsReadWholeWithWhatIsLeftOutFilledIn() throws Exception {
        byte[] golden = Files.readAllBytes(Path.of("golden", "v0", "swarm_state.json"));
        Roster roster = decoder.decode(golden, frame, NOBODY);
        assertThat(roster.version()).isEqualTo(1);
        assertThat(roster.agentCount()).isEqualTo(2);
        assertThat(roster.id(0)).isZero();
        assertThat(roster.sphere(0)).isEqualTo("personal");
        assertThat(agent(0)).containsExactly(5234, -1234, 8765, 9873);
        assertThat(roster.id(1)).isEqualTo(4294967295L);
        assertThat(roster.sphere(1)).isEqualTo("somewhere");
        assertThat(agent(1)).containsExactly(-10, 120_000, 0, 9990);
        assertThat(frame.agentCount()).isEqualTo(2);
    }

    @Test
    void namesOfStrangersDoNotStayInTheTableOfStrings() {
        String name = "of-a-stranger-" + System.nanoTime();
        assertThat(catchThrowable(() -> decode("{\"id\":1,\"" + name + "\":1}", NOBODY)))
                .hasMessageContaining(name);
        // The table takes the first of equal ones: another would be there already.
        assertThat(name.intern()).isSameAs(name);
    }

    @Test
    void theRosterStaysTheSameUntilAnAgentOrALabelChanges() throws Exception {
        Roster first = decode(
                "{\"id\":1,\"sphere\":\"a\",\"x\":1,\"y\":1},{\"id\":2,\"sphere\":\"b\",\"x\":1,\"y\":1}", NOBODY);
        assertThat(decode(
                        "{\"x\":2,\"y\":1,\"sphere\":\"a\",\"id\":1},{\"id\":2,\"sphere\":\"b\",\"x\":1,\"y\":1}",
                        first))
                .isSameAs(first);
        Roster relabelled = decode(
                "{\"id\":1,\"sphere\":\"a\",\"x\":2,\"y\":1},{\"id\":2,\"sphere\":\"a\",\"x\":1,\"y\":1}", first);
        assertThat(relabelled.version()).isEqualTo(2);
        Roster turned = decode(
                "{\"id\":2,\"sphere\":\"a\",\"x\":2,\"y\":1},{\"id\":1,\"sphere\":\"a\",\"x\":1,\"y\":1}", relabelled);
        assertThat(turned.version()).isEqualTo(3);
        assertThat(decode("", turned).agentCount()).isZero();
        Roster last = new Roster(65_535, List.of(), new int[0], new int[0]);
        assertThat(decode("{\"id\":1,\"x\":1,\"y\":1}", last).version()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'id':1,'x':1}|agents[0].y is missing",
                "{'id':1,'y':1}|agents[0].x is missing",
                "{'x':1,'y':1}|agents[0].id is missing",
                "{'id':-1,'x':1,'y':1}|agents[0].id is -1, a whole number from 0 to 4294967295",
                "{'id':4294967296,'x':1,'y':1}|agents[0].id is 4294967296, a whole number from 0 to 4294967295",
                "{'id':1e1,'x':1,'y':1}|agents[0].id is 1e1, a whole number",
                "{'id':'7','x':1,'y':1}|agents[0].id is \"7\", a whole number",
                "{'id':null,'x':1,'y':1}|agents[0].id is null, a whole number",
                "{'id':1,'x':'1','y':1}|agents[0].x is \"1\", not a number",
                "{'id':1,'x':null,'y':1}|agents[0].x is null, not a number",
                "{'id':1,'x':{},'y':1}|agents[0].x is an object, not a number",
                "{'id':1,'x':1,'y':1},{'id':2,'x':214748.36475,'y':1}|agents[1].x is 214748.36475; with 4 decimals 32 bits hold no more than 214748.3647",
                "{'id':1,'x':1,'y':1,'frequency':1e300}|agents[0].frequency is 1e300; with 1 decimals 32 bits hold no more than 214748364.7",
                "{'id':1,'x':1,'y':1,'X':1}|agents[0].X is unknown; an agent has id, sphere, x, y, z, frequency",
                "{'id':1,'x':1,'y':1,'x':1}|agents[0].x stands twice",
                "{'id':1,'x':1,'y':1,'sphere':7}|agents[0].sphere is 7, not a string",
                "{'id':7,'x':1,'y':1},{'id':8,'x':1,'y':1},{'id':7,'x':1,'y':1}|agents[2].id is 7, which an agent before it has already",
                "{'id':1,'x':1,'y':1,'sphere':'a\\ud83d'}|agents[0].sphere holds half of a surrogate pair",
                "7|agents[0] is not an object",
                "[]|agents[0] is not an object"
            })
    void whatIsWrongWithAnAgentIsNamed(String agents, String reason) {
        assertThatThrownBy(() -> decode(agents.replace('\'', '"'), NOBODY))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|not a JSON object",
                "{|not JSON: ",
                "{'type':'swarm_state'}|agents is missing in swarm_state",
                "{'agents':[]}|type is missing in swarm_state",
                "{'agents':[],'type':'ping'}|type is not \"swarm_state\"",
                "{'type':'swarm_state','agents':{}}|agents is not an array",
                "{'type':'swarm_state','agents':[],'agents':[]}|agents stands twice in swarm_state",
                "{'type':'swarm_state','agents':[],'time':1}|unknown field \"time\" in swarm_state",
                "{'type':'swarm_state','agents':[]} {}|text after the JSON object",
                "{'type':'swarm_state','agents':[{'id':1,'x':NaN,'y':1}]}|not JSON: ",
                "{'type':'swarm_state','agents':[{'id':1,'x':+1,'y':1}]}|not JSON: ",
                "{'type':'swarm_state','agents':[{'id':1,'x':01,'y':1}]}|not JSON: ",
                "{'type':'swarm_state','agents':[{'id':1,'x':1.,'y':1}]}|not JSON: "
            })
    void whatIsWrongWithTheMessageIsNamed(String text, String reason) {
        assertThatThrownBy(() -> decoder.decode(utf8(text.replace('\'', '"')), frame, NOBODY))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith(reason);
    }

    @Test
    void labelsAreBoundInLengthAndAgentsInNumber() throws Exception {
        String longest = "é".repeat(127) + "x";
        assertThat(decode("{\"id\":1,\"x\":1,\"y\":1,\"sphere\":\"" + longest + "\"}", NOBODY)
                        .sphere(0))
                .isEqualTo(longest);
        assertThatThrownBy(() -> decode("{\"id\":1,\"x\":1,\"y\":1,\"sphere\":\"" + longest + "x\"}", NOBODY))
                .hasMessage("agents[0].sphere has 256 bytes in UTF-8, from 1 to 255; or leave it out");
        assertThat(decode(agents(Limits.AGENTS_MAX), NOBODY).agentCount()).isEqualTo(Limits.AGENTS_MAX);
        assertThatThrownBy(() -> decode(agents(Limits.AGENTS_MAX + 1), NOBODY))
                .hasMessage("agents has more than 100000 agents");
    }

    @Test
    void aSphereForEachOfManyAgentsIsBoundAsWell() {
        StringBuilder agents = new StringBuilder();
        for (int id = 0; id <= Limits.SPHERES_MAX; id++) {
            agents.append(id == 0 ? "" : ",").append("{\"id\":" + id + ",\"x\":1,\"y\":1,\"sphere\":\"s" + id + "\"}");
        }
        assertThatThrownBy(() -> decode(agents.toString(), NOBODY))
                .hasMessage("agents have more than 65535 different spheres");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'swarm_state','agents':[|swarm_state",
                "{'agents':[|swarm_state",
                "{'t':17,'type':'ping'}|ping",
                "{'swarm':{},'type':'subscribe'}|",
                "{'type':7}|",
                "{'type'|",
                "nonsense|",
                "''|"
            })
    void theTypeIsKnownFromTheFirstBytes(String text, String type) {
        assertThat(JsonSwarmStateDecoder.typeOf(utf8(text.replace('\'', '"')))).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverTheBytesAreTheAnswerIsAStateOrOneException(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] whole = utf8(message("{\"id\":1,\"sphere\":\"ä\",\"x\":1.5e-2,\"y\":-1},{\"id\":2,\"x\":1,\"y\":1}"));
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int changes = random.nextInt(4); changes > 0 && broken.length > 0; changes--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            Throwable thrown = catchThrowable(() -> decoder.decode(broken, frame, NOBODY));
            assertThat(thrown == null || thrown instanceof MalformedMessageException)
                    .as(() -> new String(broken, StandardCharsets.ISO_8859_1) + " " + thrown)
                    .isTrue();
        }
        assertThat(decoder.decode(whole, frame, NOBODY).agentCount()).isEqualTo(2);
    }

    private static String agents(int count) {
        StringBuilder agents = new StringBuilder();
        for (int id = 0; id < count; id++) {
            agents.append(id == 0 ? "" : ",").append("{\"id\":" + id + ",\"x\":1,\"y\":1}");
        }
        return agents.toString();
    }

    private Roster decode(String agents, Roster known) throws MalformedMessageException {
        return decoder.decode(utf8(message(agents)), frame, known);
    }

    private static String message(String agents) {
        return "{\"type\":\"swarm_state\",\"agents\":[" + agents + "]}";
    }

    private int[] agent(int agent) {
        return new int[] {
            frame.values(SwarmFrame.X)[agent],
            frame.values(SwarmFrame.Y)[agent],
            frame.values(SwarmFrame.Z)[agent],
            frame.values(SwarmFrame.FREQUENCY)[agent]
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
