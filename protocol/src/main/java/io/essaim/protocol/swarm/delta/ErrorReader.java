package io.essaim.protocol.swarm.delta;

import org.jspecify.annotations.Nullable;

/** Reads what {@link ErrorWriter} wrote. What cannot have been written is noted, and read as something else. */
final class ErrorReader implements ErrorCoder {
    private static final int ESCAPED_BITS_MAX = 30;

    private final RangeDecoder decoder;
    private final Models models;
    private final int valueBits;
    private @Nullable String fault;

    ErrorReader(RangeDecoder decoder, Models models, int valueBits) {
        this.decoder = decoder;
        this.models = models;
        this.valueBits = valueBits;
    }

    /** What cannot have been written, since it was asked last; null when there is nothing. */
    @Nullable
    String takeFault() {
        String taken = fault;
        fault = null;
        return taken;
    }

    @Override
    public void code(Outlook outlook, int[] values, int from, int to) {
        int[] contexts = outlook.scaleContext();
        int[] expected = outlook.expected();
        int[] mirrors = outlook.mirror();
        int misfit = 0;
        for (int v = from; v < to; v++) {
            int context = contexts[v];
            if (context >= 0) {
                int mirror = mirrors[v];
                int value = expected[v] + ((read(outlook, v, context) ^ mirror) - mirror);
                values[v] = value;
                misfit |= value ^ narrowed(value);
            } else if (context == Outlook.FIRST) {
                values[v] = narrowed(decoder.readRaw(valueBits));
            }
        }
        if (misfit != 0) {
            fault = "a value is wider than " + valueBits + " bits";
        }
    }

    /** As it is if it is of the stream's width; else something else. */
    private int narrowed(int value) {
        int above = Integer.SIZE - valueBits;
        return (value << above) >> above;
    }

    private int read(Outlook outlook, int v, int context) {
        int rank = outlook.rankContext()[v];
        if (decoder.read(models.zeroByScale, context, models.zeroByRank, rank) == 0) {
            return 0;
        }
        int isBelow = decoder.read(models.signByScale, context, models.signByRank, rank);
        int size = readSize(outlook.sizeContext()[v], outlook.rawBits()[v]);
        return isBelow == 0 ? size + 1 : ~size;
    }

    private int readSize(int context, int rawBits) {
        int left = 0;
        while (left < Models.SIZE_BITS_MAX && decoder.read(models.size, context + left) == 1) {
            left++;
        }
        if (left == Models.SIZE_BITS_MAX) {
            left += escaped() - 1;
        }
        return (left << rawBits) | decoder.readRaw(rawBits);
    }

    private int escaped() {
        int bits = 0;
        while (decoder.readRaw(1) == 1) {
            if (++bits > ESCAPED_BITS_MAX) {
                fault = "an error of more than " + ESCAPED_BITS_MAX + " bits";
                return 1;
            }
        }
        return (1 << bits) | decoder.readRaw(bits);
    }
}
