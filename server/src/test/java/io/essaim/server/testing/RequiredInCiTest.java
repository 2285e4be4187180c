package io.essaim.server.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class RequiredInCiTest {
    @Test
    void goesOnWhenTheThingIsThere() {
        assertThatCode(() -> RequiredInCi.assume(true, "a thing", true)).doesNotThrowAnyException();
    }

    @Test
    void skipsWithoutTheThingWhereItIsOptional() {
        assertThatThrownBy(() -> RequiredInCi.assume(false, "nothing, as this tests the skipping", false))
                .hasMessageEndingWith("missing: nothing, as this tests the skipping")
                .extracting(skipped -> skipped.getClass().getSimpleName())
                .isEqualTo("TestAbortedException");
    }

    @Test
    void failsWithoutTheThingWhereItIsRequired() {
        assertThatThrownBy(() -> RequiredInCi.assume(false, "a thing", true))
                .isInstanceOf(AssertionError.class)
                .hasMessage("missing, and ESSAIM_REQUIRE_INTEROP=true: a thing");
    }
}
