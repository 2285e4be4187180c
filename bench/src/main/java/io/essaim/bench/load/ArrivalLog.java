package io.essaim.bench.load;

import java.util.Arrays;

/**
 * Every frame that one viewer got, in the order in which it came. What happened is found out afterwards, from this alone.
 * One thread at a time.
 */
public final class ArrivalLog {
    private static final int FRAMES_AT_FIRST = 1024;

    private long[] arrivalMicros = new long[FRAMES_AT_FIRST];
    private long[] dueMicros = new long[FRAMES_AT_FIRST];
    private int[] sequence = new int[FRAMES_AT_FIRST];
    private int[] bytes = new int[FRAMES_AT_FIRST];
    private int size;

    /**
     * Notes a frame.
     *
     * @param arrivalMicros when it was read, microseconds since 1970
     * @param dueMicros when its tick was due, by its own word
     * @param sequence 0 to 2^32 - 1
     * @param bytes of the message, its WebSocket header included
     */
    public void add(long arrivalMicros, long dueMicros, long sequence, int bytes) {
        if (size == this.sequence.length) {
            grow(2 * size);
        }
        this.arrivalMicros[size] = arrivalMicros;
        this.dueMicros[size] = dueMicros;
        this.sequence[size] = (int) sequence;
        this.bytes[size] = bytes;
        size++;
    }

    private void grow(int capacity) {
        arrivalMicros = Arrays.copyOf(arrivalMicros, capacity);
        dueMicros = Arrays.copyOf(dueMicros, capacity);
        sequence = Arrays.copyOf(sequence, capacity);
        bytes = Arrays.copyOf(bytes, capacity);
    }

    public int size() {
        return size;
    }

    /** Microseconds since 1970. */
    public long arrivalMicros(int frame) {
        return arrivalMicros[frame];
    }

    /** Microseconds since 1970. */
    public long dueMicros(int frame) {
        return dueMicros[frame];
    }

    /** How old it was when it was read. */
    public long ageMicros(int frame) {
        return arrivalMicros[frame] - dueMicros[frame];
    }

    public long sequence(int frame) {
        return sequence[frame] & 0xffff_ffffL;
    }

    /** How many ticks a frame lies ahead of the one before it, modulo 2^32; 0 or less when it is no newer. */
    public int step(int frame) {
        return sequence[frame] - sequence[frame - 1];
    }

    public int bytes(int frame) {
        return bytes[frame];
    }

    /** Bytes of the frames that were read from one time to another. */
    public long bytesBetween(long fromMicros, long toMicros) {
        long sum = 0;
        for (int i = firstFrom(fromMicros); i < size && arrivalMicros[i] < toMicros; i++) {
            sum += bytes[i];
        }
        return sum;
    }

    /** How many frames were read from one time to another. */
    public int framesBetween(long fromMicros, long toMicros) {
        return firstFrom(toMicros) - firstFrom(fromMicros);
    }

    /** The first frame that was read then or later; {@link #size} when there is none. */
    public int firstFrom(long micros) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (arrivalMicros[middle] < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
