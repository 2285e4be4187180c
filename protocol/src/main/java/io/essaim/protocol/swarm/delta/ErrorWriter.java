package io.essaim.protocol.swarm.delta;

/**
 * Writes how far values are from what was expected: whether at all, to which side, by how much.
 *
 * <pre>
 *   error r = value - expected, with the other sign where mirrored
 *   zero   r ≠ 0                                                        one bit in two contexts
 *   sign   r < 0                                                        likewise
 *   size   n = |r| - 1: n >> rawBits in ones and a zero; from 18 ones on  one bit in one context each
 *          the rest t = (n >> rawBits) - 17 ≥ 1: ones as it has bits but the first, a zero, these bits
 *   raw    the lowest rawBits of n
 * </pre>
 *
 * <p>A value that has none before it is written in as many bits as the stream's values have.
 */
final class ErrorWriter implements ErrorCoder {
    private final RangeEncoder encoder;
    private final Models models;
    private final int valueBits;

    ErrorWriter(RangeEncoder encoder, Models models, int valueBits) {
        this.encoder = encoder;
        this.models = models;
        this.valueBits = valueBits;
    }

    @Override
    public void code(Outlook outlook, int[] values, int from, int to) {
        int[] contexts = outlook.scaleContext();
        int[] expected = outlook.expected();
        int[] mirrors = outlook.mirror();
        for (int v = from; v < to; v++) {
            int context = contexts[v];
            if (context >= 0) {
                int mirror = mirrors[v];
                write(outlook, v, context, ((values[v] - expected[v]) ^ mirror) - mirror);
            } else if (context == Outlook.FIRST) {
                encoder.writeRaw(values[v], valueBits);
            }
        }
    }

    private void write(Outlook outlook, int v, int context, int error) {
        int rank = outlook.rankContext()[v];
        if (error == 0) {
            encoder.write(0, models.zeroByScale, context, models.zeroByRank, rank);
        } else {
            encoder.write(1, models.zeroByScale, context, models.zeroByRank, rank);
            encoder.write(error >>> 31, models.signByScale, context, models.signByRank, rank);
            writeSize(error < 0 ? ~error : error - 1, outlook.sizeContext()[v], outlook.rawBits()[v]);
        }
    }

    /** @param size at least 0 */
    private void writeSize(int size, int context, int rawBits) {
        int left = size >> rawBits;
        int told = Math.min(left, Models.SIZE_BITS_MAX);
        for (int bit = 0; bit < told; bit++) {
            encoder.write(1, models.size, context + bit);
        }
        if (told < Models.SIZE_BITS_MAX) {
            encoder.write(0, models.size, context + told);
        } else {
            escape(left - Models.SIZE_BITS_MAX + 1);
        }
        encoder.writeRaw(size, rawBits);
    }

    private void escape(int rest) {
        int bits = 31 - Integer.numberOfLeadingZeros(rest);
        for (int i = 0; i < bits; i++) {
            encoder.writeRaw(1, 1);
        }
        encoder.writeRaw(0, 1);
        encoder.writeRaw(rest, bits);
    }
}
