package io.essaim.bench.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventLoadTest {
    private final EventLoad load = new EventLoad(3, 4, 3_000, 2, 5);

    @Test
    void countsWhatGoesToEachRoom() {
        for (int publisher = 0; publisher < 3; publisher++) {
            long[] rooms = new long[4];
            for (int events = 0; events < 23; events++) {
                for (int room = 0; room < 4; room++) {
                    assertThat(load.inRoom(publisher, events, room)).isEqualTo(rooms[room]);
                }
                rooms[load.roomOf(publisher, events)]++;
            }
        }
    }

    @Test
    void itsRateRisesAndThenStays() {
        assertThat(load.dueOfEach(0)).isZero();
        assertThat(load.dueOfEach(1_000_000_000L)).isEqualTo(250);
        assertThat(load.dueOfEach(2_000_000_000L)).isEqualTo(1_000);
        assertThat(load.dueOfEach(3_000_000_000L)).isEqualTo(2_000);
    }

    @Test
    void numbersEventsWithinTheirRoom() {
        assertThat(new String(load.line(1, 8), StandardCharsets.US_ASCII))
                .isEqualTo(
                        "{\"type\":\"agent.metrics\",\"room\":\"bench-1\",\"priority\":\"metrics\",\"data\":{\"p\":1,\"n\":2,"
                                + "\"agent_id\":2,\"status\":\"xxxxx\"}}\n");
    }
}
