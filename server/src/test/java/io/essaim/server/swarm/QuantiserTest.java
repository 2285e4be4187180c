package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantiserTest {
    private static final List<String> NAMES = List.of("x", "y", "z", "frequency");

    @ParameterizedTest
    @CsvSource({
        "0.5234, 0, 5234",
        "-0.1234, 0, -1234",
        "0.00005, 0, 1",
        "-0.00005, 0, -1",
        "0.00004999, 0, 0",
        "-0.0, 0, 0",
        "-0.00004, 0, 0",
        "1.0, 0, 10000",
        "100.0, 1000000, 0",
        "0.2408, 0, 2408"
    })
    void valuesRoundHalfAwayFromZeroOntoTheGrid(double value, int offset, int expected) {
        assertThat(quantise(value, offset)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity", "300000", "-300000"})
    void whatTheGridCannotHoldIsAnErrorAndNotClipped(double value) {
        assertThatThrownBy(() -> quantise(value, 0))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("x is not finite or outside 32 bits");
    }

    @Test
    void theUnitSphereNeedsNoOffsetAndSixteenBits() {
        Quantiser.Grid grid = Quantiser.gridFor(source(-1, 1, 981, 999), NAMES, new int[] {4, 4, 4, 1});
        assertThat(grid.valueBits()).isEqualTo(16);
        assertThat(grid.components()).extracting(Component::offset).containsOnly(0);
    }

    @Test
    void aFarSmallWorldIsBroughtIntoSixteenBitsByAnOffset() {
        Quantiser.Grid grid = Quantiser.gridFor(source(100, 103, 981, 999), NAMES, new int[] {4, 4, 4, 1});
        assertThat(grid.valueBits()).isEqualTo(16);
        assertThat(grid.components().get(0).offset()).isEqualTo(1_015_000);
    }

    @Test
    void aWideWorldTakesThirtyTwoBits() {
        assertThat(Quantiser.gridFor(source(-500, 500, 981, 999), NAMES, new int[] {4, 4, 4, 1})
                        .valueBits())
                .isEqualTo(32);
    }

    @Test
    void aWorldThatNoGridHoldsIsRefusedWithAdvice() {
        assertThatThrownBy(() -> Quantiser.gridFor(source(-1e6, 1e6, 981, 999), NAMES, new int[] {4, 4, 4, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "x ranges from -1000000.0 to 1000000.0: 4 decimals do not fit into 32 bits; 3 would fit: set"
                                + " position-decimals=3");
    }

    @Test
    void aWorldInUtmMetresTakesThirtyTwoBitsAtTheDecimalsThatAreAdvised() {
        SwarmSource city = source(500_000, 5_000_000, 981, 999);
        assertThatThrownBy(() -> Quantiser.gridFor(city, NAMES, new int[] {4, 4, 4, 1}))
                .hasMessageEndingWith("2 would fit: set position-decimals=2");
        assertThat(Quantiser.gridFor(city, NAMES, new int[] {2, 2, 2, 1}).valueBits())
                .isEqualTo(32);
    }

    @Test
    void aWorldThatNoDecimalsFitIsToldSo() {
        assertThatThrownBy(() -> Quantiser.gridFor(source(0, 1e12, 981, 999), NAMES, new int[] {4, 4, 4, 1}))
                .hasMessageEndingWith("nor do any: move the world nearer to 0 or take a larger unit");
    }

    @Test
    void aComponentWithAnOffsetIsJudgedByItsOffsetWhereAnotherTakesThirtyTwoBits() {
        // y needs 32 bits; z reaches 2,147,490,000 steps, which is beyond them but for its offset.
        SwarmSource world = new SwarmSource() {
            @Override
            public String description() {
                return "a range a component";
            }

            @Override
            public int agentCount() {
                return 0;
            }

            @Override
            public ValueRange range(int component) {
                return component == SwarmFrame.Y ? new ValueRange(-10, 10) : new ValueRange(214_747.5, 214_749.0);
            }

            @Override
            public void step(long tick, SwarmState state) {}
        };
        Quantiser.Grid grid = Quantiser.gridFor(world, NAMES, new int[] {4, 4, 4, 1});
        assertThat(grid.valueBits()).isEqualTo(32);
        assertThat(grid.components().get(2).offset()).isEqualTo(2_147_482_500);
    }

    private static int quantise(double value, int offset) {
        List<Component> components = List.of(
                new Component("x", 4, offset),
                new Component("y", 4, 0),
                new Component("z", 4, 0),
                new Component("frequency", 1, 0));
        SwarmState state = new SwarmState();
        state.roster(new Roster(1, List.of("a"), new int[1], new int[1]));
        state.values(SwarmFrame.X)[0] = value;
        SwarmFrame frame = new Quantiser(new StreamDescription(1, 60, 32, 999, components)).quantise(0, 0, state);
        return frame.values(SwarmFrame.X)[0];
    }

    private static SwarmSource source(double min, double max, double frequencyMin, double frequencyMax) {
        return new SwarmSource() {
            @Override
            public String description() {
                return "a range";
            }

            @Override
            public int agentCount() {
                return 0;
            }

            @Override
            public ValueRange range(int component) {
                return component == SwarmFrame.FREQUENCY
                        ? new ValueRange(frequencyMin, frequencyMax)
                        : new ValueRange(min, max);
            }

            @Override
            public void step(long tick, SwarmState state) {}
        };
    }
}
