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

/**
 * The states against scripted writability: {@code w} is a tick at which the socket is writable, {@code .} one at which not,
 * {@code !} one whose frame was lost on the way, {@code -} one at which it is writable and the preamble is not made.
 */
class DeliveryStateTest {
    private static final int BYTES = 100;

    private final Counters counters = new Counters();

    @Test
    void aSelfContainedFormSkipsWhatItCannotTakeAndGoesOnAtOnce() {
        assertThat(selfContained("www..w.ww")).isEqualTo("SSSkkSkSS");
        assertThat(counters.value(Counter.SUBSCRIBERS_JOINED)).isEqualTo(1);
        assertThat(counters.value(Counter.SUBSCRIBERS_LAGGED)).isEqualTo(2);
        assertThat(counters.value(Counter.SUBSCRIBERS_RECOVERED)).isEqualTo(2);
        assertThat(counters.value(Counter.SUBSCRIBERS_REJOINING)).isZero();
    }

    @Test
    void whoCannotTakeItsFirstFrameGoesOnJoining() {
        DeliveryState state = new DeliveryState(counters);
        assertThat(state.onFrame(false)).isFalse();
        assertThat(state.state()).isEqualTo(State.JOINING);
        assertThat(state.onFrame(true)).isTrue();
        assertThat(state.state()).isEqualTo(State.LIVE);
        assertThat(counters.value(Counter.SUBSCRIBERS_LAGGED)).isZero();
    }

    @Test
    void aReplayIsFollowedByATailUntilItHasDrained() {
        // Sync points at 0, 5, 10, …
        assertThat(differences("w..ww", 3, 0)).isEqualTo("JSSSS");
        assertThat(counters.value(Counter.SUBSCRIBERS_JOINED)).isEqualTo(1);
    }

    @Test
    void aTailThatGetsTooLongEndsTheJoin() {
        assertThat(differences("w....", 3, 0)).isEqualTo("JSSSk");
        assertThat(counters.value(Counter.SUBSCRIBERS_JOIN_FAILED)).isEqualTo(1);
        assertThat(counters.value(Counter.SUBSCRIBERS_JOINED)).isZero();
    }

    @Test
    void aReplayIsNotBegunTwiceAtOneSyncPoint() {
        // Writable again at 3 and 4, but the first replay was of this sync point; the next is at 5.
        assertThat(differences("w..wwww", 1, 0)).isEqualTo("JSkkkJS");
        assertThat(counters.value(Counter.SUBSCRIBERS_REJOINING)).isEqualTo(1);
    }

    @Test
    void whoIsLiveHasAShortTailBeforeItLags() {
        assertThat(differences("ww..w" + "ww...w" + "ww", 9, 2)).isEqualTo("JSSSS" + "SSSSkk".substring(0, 5) + "JSS");
        assertThat(counters.value(Counter.SUBSCRIBERS_LAGGED)).isEqualTo(1);
    }

    @Test
    void whoMissedOneDifferenceGetsNoneUntilItJoinsAgain() {
        assertThat(differences("ww.ww" + "...ww" + "w", 3, 0)).isEqualTo("JSkkk" + "kkkJS" + "S");
    }

    @Test
    void aFrameThatWasLostOnTheWayIsNotItsFault() {
        assertThat(differences("ww!ww" + "ww", 3, 0)).isEqualTo("JSJSS" + "SS");
        // Though it had lagged at this sync point and may not be sent twice of its own accord.
        assertThat(differences("w..w!ww", 1, 0)).isEqualTo("JSkkJSS");
        assertThat(counters.value(Counter.SUBSCRIBERS_LAGGED)).isZero();
    }

    @Test
    void whoWaitsForAPreambleSkipsNothing() {
        assertThat(differences("--ww", 3, 0)).isEqualTo("PPJS");
    }

    @Test
    void bytesBoundTheTailsAsWell() {
        DeliveryState state = new DeliveryState(counters);
        assertThat(state.onDifference(true, 0, BYTES, 1_000, 1_000)).isEqualTo(Action.JOIN);
        state.joined(0);
        int large = DeliveryState.JOINING_BYTES / 4;
        for (int i = 0; i < 4; i++) {
            assertThat(state.onDifference(false, 0, large, 1_000, 1_000)).isEqualTo(Action.SEND);
        }
        assertThat(state.onDifference(false, 0, 1, 1_000, 1_000)).isEqualTo(Action.SKIP);
        assertThat(state.onDifference(true, 1, BYTES, 1_000, 1_000)).isEqualTo(Action.JOIN);
        state.joined(1);
        assertThat(state.onDifference(true, 1, BYTES, 1_000, 1_000)).isEqualTo(Action.SEND);
        // Two may wait, whatever they take.
        int huge = 10 * DeliveryState.JOINING_BYTES;
        assertThat(state.onDifference(false, 1, huge, 1_000, 1_000)).isEqualTo(Action.SEND);
        assertThat(state.onDifference(false, 1, huge, 1_000, 1_000)).isEqualTo(Action.SEND);
        assertThat(state.onDifference(false, 1, huge, 1_000, 1_000)).isEqualTo(Action.SKIP);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aDifferenceIsNeverSentToWhoHasNotAllBeforeIt(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            DeliveryState state = new DeliveryState(counters);
            int joiningFrames = random.nextInt(4) + 1;
            int liveFrames = random.nextInt(3);
            long complete = -1;
            for (long tick = 0; tick < 200; tick++) {
                if (random.nextInt(20) == 0) {
                    state.anew();
                    complete = -1;
                }
                Action action =
                        state.onDifference(random.nextInt(3) > 0, tick - tick % 5, BYTES, liveFrames, joiningFrames);
                if (action == Action.JOIN && random.nextInt(3) > 0) {
                    state.joined(tick - tick % 5);
                    complete = tick;
                } else if (action == Action.SEND) {
                    assertThat(complete).as("seed %d, run %d", seed, run).isEqualTo(tick - 1);
                    complete = tick;
                }
            }
        }
    }

    private String selfContained(String script) {
        DeliveryState state = new DeliveryState(counters);
        StringBuilder actions = new StringBuilder();
        for (int tick = 0; tick < script.length(); tick++) {
            actions.append(state.onFrame(script.charAt(tick) == 'w') ? 'S' : 'k');
        }
        return actions.toString();
    }

    private String differences(String script, int joiningFrames, int liveFrames) {
        DeliveryState state = new DeliveryState(counters);
        StringBuilder actions = new StringBuilder();
        for (int tick = 0; tick < script.length(); tick++) {
            char at = script.charAt(tick);
            long syncPoint = (long) tick - tick % 5;
            if (at == '!') {
                state.anew();
            }
            Action action = state.onDifference(at != '.', syncPoint, BYTES, liveFrames, joiningFrames);
            if (action == Action.JOIN && at != '-') {
                state.joined(syncPoint);
            }
            actions.append(
                    switch (action) {
                        case SKIP -> 'k';
                        case SEND -> 'S';
                        case JOIN -> at == '-' ? 'P' : 'J';
                    });
        }
        return actions.toString();
    }
}
