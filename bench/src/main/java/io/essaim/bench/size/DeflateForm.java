package io.essaim.bench.size;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Another form under permessage-deflate (RFC 7692), as a server has it by default: zlib's default level, a window of 15
 * bits. The four bytes 00 00 ff ff that end every flush are cut off, as the RFC says.
 */
final class DeflateForm implements FrameForm {
    private static final int TAIL = 4;

    private final FrameForm form;
    private final boolean contextTakeover;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

    /**
     * @param contextTakeover whether a frame may refer to those before, up to 32 KiB back; it costs the server a
     *     compression and some 256 KiB of memory for each client, where one without is shared by all
     */
    DeflateForm(FrameForm form, boolean contextTakeover) {
        this.form = form;
        this.contextTakeover = contextTakeover;
    }

    @Override
    public String name() {
        return form.name() + (contextTakeover ? " + deflate" : " + deflate, no context");
    }

    @Override
    public boolean exact() {
        return form.exact();
    }

    @Override
    public boolean namesAgents() {
        return form.namesAgents();
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        byte[] payload = form.encode(frame, roster);
        if (!contextTakeover) {
            deflater.reset();
        }
        deflater.setInput(payload);
        // Deflate stores what it cannot compress: 5 bytes more for every 16 KiB at most.
        byte[] out = new byte[payload.length + payload.length / 1_000 + 64];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        if (length == out.length) {
            throw new IllegalStateException("no end of flush within " + length + " bytes");
        }
        return Arrays.copyOf(out, length - TAIL);
    }
}
