package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {
    private static final List<String> SPHERES = List.of("personal", "work", "art");

    private final Places places = new Places();

    @Test
    void aFrameWhoseAgentsHaveTheirPlacesIsPassedOnAsItIs() {
        Roster names = names(1, 2, 3);
        places.begin(names);
        SwarmFrame frame = frame(names);
        assertThat(places.place(frame)).isSameAs(frame);
        RosterChange change = places.change(names, names(1, 2, 3, 4), 1);
        assertThat(change.removedCount()).isZero();
        assertThat(change.addedId(0)).isEqualTo(4);
        SwarmFrame larger = frame(names(1, 2, 3, 4));
        assertThat(places.place(larger)).isSameAs(larger);
    }

    @Test
    void theLastTakesThePlaceOfWhoLeaves() {
        Roster names = names(1, 2, 3, 4, 5);
        places.begin(names);
        RosterChange change = places.change(names, names(1, 3, 4, 6), 1);
        assertThat(change.removedCount()).isEqualTo(2);
        assertThat(ids(change.applyTo(names))).containsExactly(1L, 4L, 3L, 6L);
    }

    @Test
    void anotherOrderIsNoChange() {
        Roster names = names(1, 2, 3);
        places.begin(names);
        Roster turned = names(3, 1, 2);
        RosterChange change = places.change(names, turned, 1);
        assertThat(change.removedCount() + change.addedCount()).isZero();
        assertPlaced(names, turned);
    }

    @Test
    void whoHasAnotherLabelLeavesAndComes() {
        Roster names = new Roster(0, SPHERES, new int[] {1, 2}, new int[] {0, 0});
        places.begin(names);
        Roster other = new Roster(1, SPHERES, new int[] {1, 2}, new int[] {2, 0});
        RosterChange change = places.change(names, other, 1);
        Roster after = change.applyTo(names);
        assertThat(ids(after)).containsExactly(2L, 1L);
        assertThat(after.sphere(1)).isEqualTo("art");
        assertPlaced(after, other);
    }

    @Test
    void allMayLeaveAndNobodyBeThere() {
        Roster names = names(1, 2, 3);
        places.begin(names);
        Roster nobody = names();
        Roster after = places.change(names, nobody, 1).applyTo(names);
        assertThat(after.agentCount()).isZero();
        Roster others = names(7, 8);
        assertThat(ids(places.change(after, others, 2).applyTo(after))).containsExactly(7L, 8L);
        assertPlaced(others, others);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverComesAndGoesPlacesAreThoseOfTheRosterThatFollows(long seed) {
        Random random = new Random(seed);
        Roster placed = names(IntStream.range(0, 50).toArray());
        places.begin(placed);
        for (int version = 1; version < 300; version++) {
            List<Integer> there = new ArrayList<>();
            int share = random.nextInt(10);
            for (int id = 0; id < 80; id++) {
                if (random.nextInt(10) >= share) {
                    there.add(id == 79 ? -1 : id);
                }
            }
            if (random.nextBoolean()) {
                Collections.shuffle(there, random);
            }
            Roster names = names(there.stream().mapToInt(id -> id).toArray());
            placed = places.change(placed, names, version).applyTo(placed);
            assertThat(placed.version()).isEqualTo(version);
            assertThat(placed.agentCount()).isEqualTo(names.agentCount());
            assertPlaced(placed, names);
        }
    }

    @Test
    void aHundredThousandAgentsFindTheirPlaces() {
        Roster placed = names(IntStream.range(0, 100_000).toArray());
        places.begin(placed);
        for (int version = 1; version < 20; version++) {
            int from = version * 1_000;
            Roster names = names(
                    IntStream.range(0, 100_000).map(i -> 100_000 + from - i).toArray());
            placed = places.change(placed, names, version).applyTo(placed);
            assertPlaced(placed, names);
        }
    }

    private void assertPlaced(Roster placed, Roster names) {
        SwarmFrame frame = places.place(frame(names));
        assertThat(frame.agentCount()).isEqualTo(placed.agentCount());
        for (int place = 0; place < placed.agentCount(); place++) {
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                if (frame.values(component)[place] != (int) placed.id(place) + component) {
                    throw new AssertionError("place " + place + " shows another than " + placed.id(place));
                }
            }
        }
    }

    private static SwarmFrame frame(Roster names) {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(1, 2, names.version(), 999, names.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int agent = 0; agent < names.agentCount(); agent++) {
                frame.values(component)[agent] = (int) names.id(agent) + component;
            }
        }
        return frame;
    }

    private static Roster names(int... ids) {
        return new Roster(0, SPHERES, ids, new int[ids.length]);
    }

    private static List<Long> ids(Roster roster) {
        return IntStream.range(0, roster.agentCount()).mapToObj(roster::id).toList();
    }
}
