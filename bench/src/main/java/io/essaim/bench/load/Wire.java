package io.essaim.bench.load;

/**
 * What a plan asks of its connections besides their URL.
 *
 * @param trust for {@code wss} and {@code https}
 * @param deflate whether permessage-deflate is offered; the server may decline it
 * @param form of the frames, in SBE
 */
public record Wire(Trust trust, boolean deflate, FrameForm form) {
    /** The system's certificates, nothing compressed, and the form that the server gives. */
    public static final Wire DEFAULT = new Wire(Trust.system(), false, FrameForm.DEFAULT);

    public Wire withForm(FrameForm form) {
        return new Wire(trust, deflate, form);
    }
}
