package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.TickTable.Tick;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TickTableTest {
    private final List<Tick> handedOn = new ArrayList<>();
    private final TickTable table = new TickTable(handedOn::add);

    @Test
    void shouldCountTheFramesOfATickByTheirBytes() {
        assertThat(table.came(5, TickTable.SELF_CONTAINED, 1)).isTrue();
        assertThat(table.came(5, TickTable.SELF_CONTAINED, 1)).isFalse();
        assertThat(table.came(5, TickTable.SELF_CONTAINED, 2)).isTrue();
        table.missing(5);
        table.late(5, 200);
        table.late(5, 100);
        table.flush();
        assertThat(handedOn).singleElement().satisfies(tick -> {
            assertThat(tick.sequence).isEqualTo(5);
            assertThat(tick.frames).isEqualTo(3);
            assertThat(tick.missing).isEqualTo(1);
            assertThat(tick.late).isEqualTo(2);
            assertThat(tick.worstMicros).isEqualTo(200);
            assertThat(tick.variants).extracting(variant -> variant.digest).containsExactly(1L, 2L);
            assertThat(tick.variants).extracting(variant -> variant.frames).containsExactly(2L, 1L);
        });
    }

    @Test
    void shouldHandATickOnWhenItsPlaceIsNeeded() {
        assertThat(table.came(0, TickTable.SELF_CONTAINED, 1)).isTrue();
        assertThat(table.came(TickTable.TICKS - 1, TickTable.SELF_CONTAINED, 1)).isTrue();
        assertThat(handedOn).isEmpty();
        assertThat(table.came(TickTable.TICKS, TickTable.SELF_CONTAINED, 1)).isTrue();
        assertThat(handedOn).extracting(tick -> tick.sequence).containsExactly(0L);
    }

    @Test
    void shouldHandATickOnThoughItsPlaceIsNotNeeded() {
        for (long sequence = 0; sequence <= TickTable.TICKS + 4; sequence += 6) {
            table.came(sequence, TickTable.SELF_CONTAINED, 1);
        }
        assertThat(handedOn).extracting(tick -> tick.sequence).containsExactly(0L);
    }

    @Test
    void shouldTellOfFramesThatAreOlderThanAllItKeeps() {
        assertThat(table.came(TickTable.TICKS, TickTable.SELF_CONTAINED, 1)).isTrue();
        assertThat(table.came(0, TickTable.SELF_CONTAINED, 1)).isFalse();
        assertThat(table.tooOld()).isEqualTo(1);
        table.flush();
        assertThat(handedOn).extracting(tick -> tick.sequence).containsExactly((long) TickTable.TICKS);
    }

    @Test
    void shouldKnowNewFromOldAcrossTheWrap() {
        assertThat(table.came(0xffff_ffffL, TickTable.SELF_CONTAINED, 1)).isTrue();
        assertThat(table.came(TickTable.TICKS - 1, TickTable.SELF_CONTAINED, 1)).isTrue();
        assertThat(handedOn).extracting(tick -> tick.sequence).containsExactly(0xffff_ffffL);
        assertThat(table.tooOld()).isZero();
    }

    @Test
    void shouldCountFramesBeyondAllThatItTellsApart() {
        for (int digest = 0; digest < 10; digest++) {
            assertThat(table.came(1, TickTable.SELF_CONTAINED, digest)).isEqualTo(digest < 8);
        }
        table.flush();
        assertThat(handedOn).singleElement().satisfies(tick -> {
            assertThat(tick.frames).isEqualTo(10);
            assertThat(tick.variants).hasSize(8);
        });
    }
}
