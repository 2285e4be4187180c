package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.stream.DeliveryState.Action;
import io.essaim.server.stream.DeliveryState.State;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The states against scripted writability: {@code w} is a tick at which the socket is writable, {@code .} one at which not. */
class DeliveryStateTest {
    private final Counters counters = new Counters();

    @Test
    void aSelfContainedFormSkipsWhatItCannotTakeAndGoesOnAtOnce() {
        assertThat(selfContained("www..w.ww")).isEqualTo("JSSkkJkJS");
        assertThat(counters.value(Counter.SUBSCRIBERS_JOINED)).isEqualTo(1);
        assertThat(counters.value(Counter.SUBSCRIBERS_LAGGED)).isEqualTo(2);
        assertThat(counters.value(Counter.SUBSCRIBERS_RECOVERED)).isEqualTo(2);
        assertThat(counters.value(Counter.SUBSCRIBERS_REJOINING)).isZero();
    }

    @Test
    void whoCannotTakeItsFirstFrameGoesOnJoining() {
        DeliveryState state = new DeliveryState(counters, 0);
        assertThat(state.onFrame(false, 0)).isEqualTo(Action.SKIP);
        assertThat(state.state()).isEqualTo(State.JOINING);
        assertThat(state.onFrame(true, 1)).isEqualTo(Action.JOIN);
        assertThat(state.state()).isEqualTo(State.LIVE);
        assertThat(counters.value(Counter.SUBSCRIBERS_LAGGED)).isZero();
    }

    @Test
    void aReplayIsFollowedByATailUntilItHasDrained() {
        // Sync points at 0, 5, 10, …
        assertThat(differences("w..ww", 3)).isEqualTo("JSSSS");
        assertThat(counters.value(Counter.SUBSCRIBERS_JOINED)).isEqualTo(1);
    }

    @Test
    void aTailThatGetsTooLongEndsTheJoin() {
        assertThat(differences("w....", 3)).isEqualTo("JSSSk");
        assertThat(counters.value(Counter.SUBSCRIBERS_JOIN_FAILED)).isEqualTo(1);
        assertThat(counters.value(Counter.SUBSCRIBERS_JOINED)).isZero();
    }

    @Test
    void aReplayIsNotBegunTwiceAtOneSyncPoint() {
        // Writable again at 3 and 4, but the first replay was of this sync point; the next is at 5.
        assertThat(differences("w..wwww", 1)).isEqualTo("JSkkkJS");
        assertThat(counters.value(Counter.SUBSCRIBERS_REJOINING)).isEqualTo(1);
    }

    @Test
    void whoMissedOneDifferenceGetsNoneUntilItJoinsAgain() {
        assertThat(differences("ww.ww" + "...ww" + "w", 3)).isEqualTo("JSkkk" + "kkkJS" + "S");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aDifferenceIsNeverSentToWhoHasNotAllBeforeIt(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            DeliveryState state = new DeliveryState(counters, random.nextInt(4) + 1);
            long complete = -1;
            for (long tick = 0; tick < 200; tick++) {
                Action action = state.onFrame(random.nextInt(3) > 0, tick - tick % 5);
                if (action == Action.JOIN) {
                    complete = tick;
                } else if (action == Action.SEND) {
                    assertThat(complete).as("seed %d, run %d", seed, run).isEqualTo(tick - 1);
                    complete = tick;
                }
            }
        }
    }

    private String selfContained(String script) {
        return play(new DeliveryState(counters, 0), script, 1);
    }

    private String differences(String script, int tailMax) {
        return play(new DeliveryState(counters, tailMax), script, 5);
    }

    private static String play(DeliveryState state, String script, int syncEvery) {
        StringBuilder actions = new StringBuilder();
        for (int tick = 0; tick < script.length(); tick++) {
            Action action = state.onFrame(script.charAt(tick) == 'w', tick - tick % syncEvery);
            actions.append(
                    switch (action) {
                        case SKIP -> 'k';
                        case SEND -> 'S';
                        case JOIN -> 'J';
                    });
        }
        return actions.toString();
    }
}
