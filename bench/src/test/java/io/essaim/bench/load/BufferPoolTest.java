package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferPoolTest {
    private final BufferPool pool = new BufferPool();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 127, 128, 129, 65_536, 65_537})
    void shouldGiveAnEmptyBufferThatIsLargeEnough(int bytes) {
        ByteBuffer buffer = pool.take(bytes);
        buffer.position(buffer.capacity());
        pool.giveBack(buffer);
        ByteBuffer again = pool.take(bytes);
        assertThat(again).isSameAs(buffer);
        assertThat(again.position()).isZero();
        assertThat(again.remaining()).isGreaterThanOrEqualTo(bytes);
        assertThat(again.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldNotGiveABufferTwice() {
        ByteBuffer buffer = pool.take(100);
        pool.giveBack(buffer);
        assertThat(pool.take(100)).isSameAs(buffer);
        assertThat(pool.take(100)).isNotSameAs(buffer);
    }

    @Test
    void shouldKeepNoMoreThanItsLimit() {
        int bytes = 1 << 20;
        Set<ByteBuffer> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        for (long total = 0; total <= BufferPool.KEPT_BYTES_MAX; total += bytes) {
            taken.add(pool.take(bytes));
        }
        taken.forEach(pool::giveBack);
        long kept = 0;
        for (int i = 0; i < taken.size(); i++) {
            kept += taken.contains(pool.take(bytes)) ? 1 : 0;
        }
        assertThat(kept).isEqualTo(BufferPool.KEPT_BYTES_MAX / bytes);
    }
}
