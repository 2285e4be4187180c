package io.essaim.bench.load;

/**
 * What a plan asks of its connections besides their URL.
 *
 * @param trust for {@code wss} and {@code https}
 * @param deflate whether permessage-deflate is offered; the server may decline it
 */
public record Wire(Trust trust, boolean deflate) {
    /** The system's certificates, and nothing compressed. */
    public static final Wire DEFAULT = new Wire(Trust.system(), false);
}
