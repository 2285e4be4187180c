package io.essaim.bench.load;

/** A bit that is wrong in a frame: its place, as docs/PROTOCOL.md has it, and a run in which such frames come. */
enum Corruption {
    VALUE("sbe", "--form=plain", -3),
    ROSTER_VERSION("sbe", "--form=plain", 20),
    SEQUENCE_LOW("sbe", "--form=plain", 8),
    SEQUENCE_HIGH("sbe", "--form=plain", 11),
    DELTA_VALUE("sbe", "--form=delta", -3),
    DELTA_ROSTER_VERSION("sbe", "--form=delta", 20),
    DELTA_SEQUENCE_LOW("sbe", "--form=delta", 8),
    DELTA_SEQUENCE_HIGH("sbe", "--form=delta", 11),
    JSON_TEXT("json", "--batch=1", -10);

    final String encoding;
    final String option;
    private final int place;

    /** @param place of the byte, from the end when it is negative */
    Corruption(String encoding, String option, int place) {
        this.encoding = encoding;
        this.option = option;
        this.place = place;
    }

    byte[] flipBit(byte[] frame) {
        frame[place < 0 ? frame.length + place : place] ^= 1;
        return frame;
    }
}
