package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private static final List<String> SPHERES = List.of("personal", "work", "art");
    private static final StreamDescription STREAM = new StreamDescription(
            1,
            60,
            16,
            999,
            List.of(
                    new Component("x", 4, 0),
                    new Component("y", 4, 0),
                    new Component("z", 4, 1_000),
                    new Component("frequency", 1, 0)));

    private final SwarmFrame whole = new SwarmFrame();
    private long sequence;

    @Test
    void theWholeSwarmIsHandedOnAsItIs() {
        Projection all = new Projection(Selection.ALL, STREAM);
        Roster roster = roster(1, 5, 6, 7);
        tick(roster, 0, 0, 0);
        all.project(whole, roster);
        assertThat(all.frame()).isSameAs(whole);
        assertThat(all.roster()).isSameAs(roster);
    }

    @Test
    void idsAndSpheresMustBothFit() {
        Projection some = new Projection(new Selection(AgentIds.parse("0-6"), List.of("work", "none"), null), STREAM);
        // Spheres go round: 4 is work, and 7 too, but that is not asked for.
        Roster roster = roster(1, 3, 4, 5, 7);
        tick(roster, 10, 20, 30, 40);
        roster = new Roster(2, SPHERES, new int[] {3, 4, 5, 7}, new int[] {0, 1, 2, 1});
        some.project(whole, roster);
        assertThat(ids(some.roster())).containsExactly(4L);
        assertThat(values(some)).containsExactly(20);
    }

    @Test
    void namesStayTheSameObjectWhileTheyAreTheSame() {
        Projection some = new Projection(new Selection(AgentIds.parse("3-4"), List.of(), null), STREAM);
        Roster first = roster(1, 3, 4, 5);
        tick(first, 1, 2, 3);
        some.project(whole, first);
        Roster named = some.roster();
        // Somebody else comes.
        Roster second = roster(2, 3, 4, 5, 9);
        tick(second, 1, 2, 3, 4);
        some.project(whole, second);
        assertThat(some.roster()).isSameAs(named);
        assertThat(some.frame().rosterVersion()).isEqualTo(named.version());
        // One of ours goes.
        Roster third = roster(3, 4, 5, 9);
        tick(third, 2, 3, 4);
        some.project(whole, third);
        assertThat(ids(some.roster())).containsExactly(4L);
        assertThat(some.roster().version()).isEqualTo(named.version() + 1);
    }

    @Test
    void facesBelongToTheBoxAndHoldOnToWhoWasInside() {
        Projection box = new Projection(new Selection(null, List.of(), Box.of(0, -1, -1, 1, 1, 1)), STREAM);
        Roster roster = roster(1, 0);
        // Side 1, hence a margin of 0.02.
        int[] xs = {10_001, 10_000, 10_001, 10_200, 10_201, 10_200, 10_001, 0, -200, -201, -1, 0};
        boolean[] shown = {false, true, true, true, false, false, false, true, true, false, false, true};
        for (int i = 0; i < xs.length; i++) {
            tick(roster, xs[i]);
            box.project(whole, roster);
            assertThat(box.frame().agentCount())
                    .as("x=" + xs[i] + " at step " + i)
                    .isEqualTo(shown[i] ? 1 : 0);
        }
    }

    @Test
    void whoWasInsideIsKnownByIdWhenOthersComeAndGo() {
        Projection box = new Projection(new Selection(null, List.of(), Box.of(0, -1, -1, 1, 1, 1)), STREAM);
        Roster first = roster(1, 5, 6);
        tick(first, 10_000, 20_000);
        box.project(whole, first);
        assertThat(ids(box.roster())).containsExactly(5L);
        Roster second = roster(2, 7, 5);
        tick(second, 10_100, 10_100);
        box.project(whole, second);
        assertThat(ids(box.roster())).containsExactly(5L);
    }

    @Test
    void aBoxUpToTheGridShowsWhatIsPrintedAtItsFace() {
        // 0.1 + 0.2 is not 0.3 in doubles.
        Projection box = new Projection(new Selection(null, List.of(), Box.of(-1, -1, -1, 0.1 + 0.2, 1, 1)), STREAM);
        Roster roster = roster(1, 0);
        tick(roster, 3_000);
        box.project(whole, roster);
        assertThat(box.frame().agentCount()).isEqualTo(1);
    }

    @Test
    void aRandomWorldIsSelectedAsOneAgentAfterTheOtherWouldBe() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Box asked = Box.of(-0.5, -0.7, -0.3, 0.4, 0.6, 0.8);
        Projection some = new Projection(new Selection(AgentIds.parse("10-60"), List.of("work", "art"), asked), STREAM);
        Set<Long> shown = new HashSet<>();
        Roster roster = roster(1, IntStream.range(0, 80).toArray());
        for (int tick = 0; tick < 500; tick++) {
            if (random.nextInt(5) == 0) {
                roster = roster(
                        tick & 0xFFFF,
                        IntStream.range(0, 80)
                                .filter(id -> random.nextInt(10) > 0)
                                .toArray());
            }
            int[] xs = new int[roster.agentCount()];
            tick(roster, xs);
            for (int agent = 0; agent < xs.length; agent++) {
                for (int component = 0; component < 3; component++) {
                    whole.values(component)[agent] = random.nextInt(-9_000, 9_000);
                }
            }
            some.project(whole, roster);
            Set<Long> expected = new HashSet<>();
            for (int agent = 0; agent < roster.agentCount(); agent++) {
                long id = roster.id(agent);
                boolean candidate =
                        id >= 10 && id <= 60 && !roster.sphere(agent).equals("personal");
                if (candidate && isIn(asked, agent, shown.contains(id) ? 1.0 / Projection.MARGIN_PARTS : 0)) {
                    expected.add(id);
                }
            }
            assertThat(ids(some.roster())).as("seed " + seed).containsExactlyInAnyOrderElementsOf(expected);
            for (int i = 0; i < some.roster().agentCount(); i++) {
                int agent = position(roster, some.roster().id(i));
                assertThat(some.roster().sphere(i)).isEqualTo(roster.sphere(agent));
                for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                    assertThat(some.frame().values(component)[i]).isEqualTo(whole.values(component)[agent]);
                }
            }
            shown = expected;
        }
    }

    private boolean isIn(Box box, int agent, double margin) {
        for (int component = 0; component < 3; component++) {
            double side = box.max(component) - box.min(component);
            double value = STREAM.components().get(component).value(whole.values(component)[agent]);
            if (value < box.min(component) - margin * side - 1e-9
                    || value > box.max(component) + margin * side + 1e-9) {
                return false;
            }
        }
        return true;
    }

    private static int position(Roster roster, long id) {
        return IntStream.range(0, roster.agentCount())
                .filter(agent -> roster.id(agent) == id)
                .findFirst()
                .orElseThrow();
    }

    private static Roster roster(int version, int... ids) {
        return new Roster(
                version,
                SPHERES,
                ids,
                Arrays.stream(ids).map(id -> id % SPHERES.size()).toArray());
    }

    /** The next tick, with these for x. */
    private void tick(Roster roster, int... xs) {
        whole.begin(sequence, sequence * 16_667, roster.version(), 999, xs.length);
        sequence++;
        System.arraycopy(xs, 0, whole.values(SwarmFrame.X), 0, xs.length);
        for (int component = SwarmFrame.Y; component < SwarmFrame.COMPONENTS; component++) {
            Arrays.fill(whole.values(component), 0);
        }
    }

    private static List<Long> ids(Roster roster) {
        return IntStream.range(0, roster.agentCount()).mapToObj(roster::id).toList();
    }

    private static int[] values(Projection projection) {
        return Arrays.copyOf(
                projection.frame().values(SwarmFrame.X), projection.frame().agentCount());
    }
}
