package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.stream.TierController.Window;
import org.junit.jupiter.api.Test;

class TierControllerTest {
    private static final int LEVELS = 4;

    private final TierController controller = new TierController(1, 2);

    @Test
    void troubleLowersAndQuietRaisesOneByOne() {
        windows(Window.TROUBLED, 10);
        assertThat(controller.level()).isEqualTo(LEVELS);
        for (int level = LEVELS - 1; level >= 0; level--) {
            windows(Window.QUIET, 1);
            assertThat(controller.level()).isEqualTo(level + 1);
            windows(Window.QUIET, 1);
            assertThat(controller.level()).isEqualTo(level);
        }
        windows(Window.QUIET, 10);
        assertThat(controller.level()).isZero();
    }

    @Test
    void oneTroubledWindowIsNotEnoughWhereSeveralAreAsked() {
        TierController patient = new TierController(4, 10);
        for (int i = 0; i < 50; i++) {
            patient.window(i % 4 == 3 ? Window.UNEASY : Window.TROUBLED, LEVELS);
        }
        assertThat(patient.level()).isZero();
        patient.window(Window.TROUBLED, LEVELS);
        patient.window(Window.TROUBLED, LEVELS);
        patient.window(Window.TROUBLED, LEVELS);
        patient.window(Window.TROUBLED, LEVELS);
        assertThat(patient.level()).isEqualTo(1);
    }

    @Test
    void anUneasyWindowNeitherEndsTheQuietNorAddsToIt() {
        windows(Window.TROUBLED, 1);
        windows(Window.QUIET, 1);
        windows(Window.UNEASY, 10);
        assertThat(controller.level()).isEqualTo(1);
        windows(Window.QUIET, 1);
        assertThat(controller.level()).isZero();
    }

    @Test
    void amomentsTroubleNowAndThenKeepsNobodyDownForGood() {
        for (int i = 0; i < 8; i++) {
            windows(Window.TROUBLED, LEVELS);
            quietUntilRaised();
        }
        windows(Window.TROUBLED, LEVELS);
        for (int minute = 0; minute < 10; minute++) {
            windows(Window.UNEASY, 1);
            windows(Window.QUIET, TierController.QUIET_MAX);
        }
        assertThat(controller.level()).isZero();
    }

    @Test
    void aRaiseThatDoesNotLastDoublesTheQuietThatTheNextOneNeeds() {
        windows(Window.TROUBLED, 1);
        assertThat(quietUntilRaised()).isEqualTo(2);
        windows(Window.TROUBLED, 1);
        assertThat(quietUntilRaised()).isEqualTo(4);
        windows(Window.TROUBLED, 1);
        assertThat(quietUntilRaised()).isEqualTo(8);
        for (int i = 0; i < 10; i++) {
            windows(Window.TROUBLED, 1);
            assertThat(quietUntilRaised()).isLessThanOrEqualTo(TierController.QUIET_MAX);
        }
        windows(Window.TROUBLED, 1);
        assertThat(quietUntilRaised()).isEqualTo(TierController.QUIET_MAX);
    }

    @Test
    void eachMinuteWithoutTroubleHalvesWhatIsNeeded() {
        windows(Window.TROUBLED, 1);
        quietUntilRaised();
        windows(Window.TROUBLED, 1);
        quietUntilRaised();
        windows(Window.TROUBLED, 1);
        assertThat(quietUntilRaised()).isEqualTo(8);
        windows(Window.QUIET, TierController.QUIET_MAX);
        windows(Window.TROUBLED, 1);
        assertThat(quietUntilRaised()).isEqualTo(4);
        windows(Window.QUIET, 2 * TierController.QUIET_MAX);
        windows(Window.TROUBLED, 1);
        assertThat(quietUntilRaised()).isEqualTo(2);
    }

    @Test
    void fewerLevelsAreHeldAtOnce() {
        windows(Window.TROUBLED, 4);
        controller.window(Window.UNEASY, 1);
        assertThat(controller.level()).isEqualTo(1);
    }

    private int quietUntilRaised() {
        int level = controller.level();
        for (int windows = 1; windows <= 1_000; windows++) {
            controller.window(Window.QUIET, LEVELS);
            if (controller.level() < level) {
                return windows;
            }
        }
        throw new AssertionError("never raised");
    }

    private void windows(Window window, int times) {
        for (int i = 0; i < times; i++) {
            controller.window(window, LEVELS);
        }
    }
}
