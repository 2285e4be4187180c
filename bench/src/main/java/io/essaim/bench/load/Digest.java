package io.essaim.bench.load;

/** A 63-bit hash of values, in the order they are added; by the finaliser of MurmurHash3 (Appleby, public domain). */
final class Digest {
    private long hash;

    Digest begin() {
        hash = 0x9E3779B97F4A7C15L;
        return this;
    }

    Digest add(long value) {
        long mixed = hash ^ value;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        hash = mixed ^ (mixed >>> 33);
        return this;
    }

    /** To the bit: the encodings promise no less. */
    Digest add(double value) {
        return add(Double.doubleToRawLongBits(value));
    }

    Digest add(String text) {
        return add(text.hashCode());
    }

    /** Not negative. */
    long end() {
        return hash & Long.MAX_VALUE;
    }
}
