package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.essaim.protocol.Message;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/** What is measured does what it should: something broken is fast. */
class MessageBenchmarkTest {
    @ParameterizedTest
    @MethodSource("names")
    void shouldReadWhatItWrote(String name) throws Exception {
        MessageBenchmark benchmark = new MessageBenchmark();
        benchmark.message = name;
        benchmark.setUp();
        Message sample = MessageSamples.of(name);
        byte[] json = benchmark.encodeJson();
        byte[] plain = benchmark.encodePlain();
        assertThat(benchmark.jsonBytes()).isBetween(json.length + 2, json.length + 10);
        assertThat(benchmark.plainBytes()).isBetween(plain.length + 2, plain.length + 10);
        if (sample instanceof Message.RosterMessage roster) {
            assertThat(((Message.RosterMessage) benchmark.decodePlain())
                            .roster()
                            .agentCount())
                    .isEqualTo(roster.roster().agentCount());
        } else {
            assertThat(benchmark.decodePlain()).isEqualTo(sample);
        }
        if (sample instanceof Message.FromClient) {
            assertThat(benchmark.decodeJson()).isEqualTo(sample);
        } else {
            JsonNode read = (JsonNode) benchmark.decodeJson();
            assertThat(name).startsWith(read.get("type").asText());
        }
    }

    @Test
    void shouldHaveEveryMessageThereIs() throws Exception {
        Set<Class<?>> sampled = new HashSet<>();
        for (String name : names().toList()) {
            sampled.add(MessageSamples.of(name).getClass());
        }
        List<Class<?>> all = Stream.of(Message.FromServer.class, Message.FromClient.class)
                .flatMap(side -> Arrays.stream(side.getPermittedSubclasses()))
                .toList();
        // These two exist in binary alone, as parts of the form delta; bench codec and bench size have that.
        List<Class<?>> binaryOnly = List.of(Message.RosterChanged.class, Message.Replay.class);
        // And these in JSON alone: several of the others at once.
        List<Class<?>> jsonOnly = List.of(Message.Granted.class, Message.Subscription.class);
        assertThat(sampled)
                .containsExactlyInAnyOrderElementsOf(all.stream()
                        .filter(type -> !binaryOnly.contains(type) && !jsonOnly.contains(type))
                        .toList());
    }

    static Stream<String> names() throws NoSuchFieldException {
        return Arrays.stream(MessageBenchmark.class
                .getDeclaredField("message")
                .getAnnotation(Param.class)
                .value());
    }
}
