package io.essaim.protocol.swarm.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictorsTest {
    private static final MathContext PRECISION = new MathContext(60);

    /** Solves the normal equations once more: taps are the value at 0 of the polynomial through points at 1 .. window. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void tapsAreTheLeastSquaresPolynomialExtrapolated(int predictor) {
        int window = Predictors.window(predictor);
        int unknowns = Predictors.degree(predictor) + 1;
        BigDecimal[][] system = new BigDecimal[unknowns][unknowns + 1];
        for (int row = 0; row < unknowns; row++) {
            for (int column = 0; column < unknowns; column++) {
                BigInteger sum = BigInteger.ZERO;
                for (int point = 1; point <= window; point++) {
                    sum = sum.add(BigInteger.valueOf(point).pow(row + column));
                }
                system[row][column] = new BigDecimal(sum);
            }
            system[row][unknowns] = row == 0 ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        BigDecimal[] weights = solve(system);
        for (int point = 2; point <= window; point++) {
            BigDecimal tap = BigDecimal.ZERO;
            for (int power = 0; power < unknowns; power++) {
                tap = tap.add(weights[power].multiply(BigDecimal.valueOf(point).pow(power)));
            }
            BigDecimal rounded = tap.multiply(BigDecimal.valueOf(65_536))
                    .add(new BigDecimal("0.5"))
                    .round(new MathContext(40))
                    .setScale(0, RoundingMode.FLOOR);
            assertThat(Predictors.taps(predictor)[point - 2])
                    .as("tap " + (point - 1))
                    .isEqualTo(rounded.intValueExact());
        }
        assertThat(Predictors.taps(predictor)).hasSize(window - 1);
    }

    private static BigDecimal[] solve(BigDecimal[][] system) {
        int size = system.length;
        for (int pivot = 0; pivot < size; pivot++) {
            for (int row = 0; row < size; row++) {
                if (row != pivot) {
                    BigDecimal factor = system[row][pivot].divide(system[pivot][pivot], PRECISION);
                    for (int column = pivot; column <= size; column++) {
                        system[row][column] =
                                system[row][column].subtract(factor.multiply(system[pivot][column], PRECISION));
                    }
                }
            }
        }
        BigDecimal[] solution = new BigDecimal[size];
        for (int row = 0; row < size; row++) {
            solution[row] = system[row][size].divide(system[row][row], PRECISION);
        }
        return solution;
    }
}
