package io.essaim.fuzz;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeDeltaDecoder;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whatever is done to a decoder, with whatever bytes, the answer is values of the stream's width or a
 * {@link MalformedMessageException}.
 *
 * <pre>
 *   input       bits, then operations until it ends
 *   bits        1 byte: odd: 32, even: 16
 *   begin       0, 1 byte: agents; 2 bytes: length, little-endian; coded
 *   decode      1, 2 bytes: length; coded
 *   remove      2, 1 byte: place, modulo agents
 *   add         3, 1 byte: how many, modulo 16
 * </pre>
 */
final class DeltaOperations {
    private static final int BEGIN = 0;
    private static final int DECODE = 1;
    private static final int REMOVE = 2;
    private static final int ADD = 3;
    private static final int AGENTS_MAX = 255;
    private static final int ADDED_MAX = 15;

    /** Where a seed ends, about: what is short is tried more often. */
    private static final int SEED_BYTES = 1_000;

    private DeltaOperations() {}

    static void run(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        int valueBits = (next(in) & 1) == 1 ? 32 : 16;
        DeltaDecoder decoder = new DeltaDecoder(valueBits);
        boolean isReady = false;
        while (in.hasRemaining()) {
            switch (next(in) & 3) {
                case BEGIN -> isReady = begin(decoder, next(in), coded(in), valueBits);
                case DECODE -> isReady = decode(decoder, coded(in), valueBits, isReady);
                case REMOVE -> {
                    int place = next(in);
                    if (decoder.agentCount() > 0) {
                        decoder.remove(place % decoder.agentCount());
                    }
                }
                default -> {
                    int count = next(in) & ADDED_MAX;
                    decoder.add(Math.min(count, AGENTS_MAX - decoder.agentCount()));
                }
            }
        }
    }

    private static boolean begin(DeltaDecoder decoder, int agents, ByteBuffer coded, int valueBits) {
        try {
            decoder.begin(coded, agents);
        } catch (MalformedMessageException e) {
            return false;
        }
        if (decoder.agentCount() != agents) {
            throw new AssertionError(decoder.agentCount() + " agents, not " + agents);
        }
        if (decoder.hasFrame()) {
            check(decoder, valueBits);
        }
        return true;
    }

    private static boolean decode(DeltaDecoder decoder, ByteBuffer coded, int valueBits, boolean isReady) {
        try {
            decoder.decode(coded);
        } catch (MalformedMessageException e) {
            return false;
        }
        if (!isReady) {
            throw new AssertionError("a frame was read that builds on nothing");
        }
        check(decoder, valueBits);
        return true;
    }

    private static void check(DeltaDecoder decoder, int valueBits) {
        int target = decoder.targetFrequency();
        if (target < 0 || target > 0xFFFF) {
            throw new AssertionError("a target frequency of " + target);
        }
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int place = 0; place < decoder.agentCount(); place++) {
                int value = decoder.values(component)[place];
                if (valueBits == 16 && value != (short) value) {
                    throw new AssertionError("a value of " + value + " in 16 bits");
                }
            }
        }
    }

    private static int next(ByteBuffer in) {
        return in.hasRemaining() ? in.get() & 0xFF : 0;
    }

    private static ByteBuffer coded(ByteBuffer in) {
        int length = Math.min(next(in) | (next(in) << 8), in.remaining());
        ByteBuffer coded = in.slice().limit(length);
        in.position(in.position() + length);
        return coded;
    }

    static List<byte[]> seeds() throws IOException {
        try (Stream<Path> files = Files.list(Seeds.golden().resolve("streams"))) {
            List<byte[]> seeds = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".messages"))
                    .sorted()
                    .toList()) {
                seeds.add(seed(Files.readAllBytes(file), file.endsWith("wide.messages") ? 1 : 0));
            }
            return seeds;
        }
    }

    /** The beginning of a golden stream as operations. */
    private static byte[] seed(byte[] stream, int bits) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bits);
        ByteBuffer in = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
        int[] agents = new int[1];
        while (in.hasRemaining() && out.size() < SEED_BYTES) {
            byte[] message = new byte[in.getInt()];
            in.get(message);
            try {
                write(message, agents, out);
            } catch (MalformedMessageException e) {
                throw new AssertionError("a golden message cannot be read", e);
            }
        }
        return out.toByteArray();
    }

    private static void write(byte[] message, int[] agents, ByteArrayOutputStream out)
            throws MalformedMessageException {
        SbeDeltaDecoder deltas = new SbeDeltaDecoder();
        if (deltas.isBatch(message)) {
            for (byte[] each : deltas.decodeBatch(message)) {
                write(each, agents, out);
            }
        } else if (deltas.isCoded(message)) {
            SbeDeltaDecoder.Coded coded = deltas.decodeCoded(message);
            out.write(coded.isKeyframe() ? BEGIN : DECODE);
            if (coded.isKeyframe()) {
                out.write(agents[0]);
            }
            int length = coded.coded().remaining();
            out.write(length);
            out.write(length >> 8);
            byte[] bytes = new byte[length];
            coded.coded().get(bytes);
            out.writeBytes(bytes);
        } else {
            Message decoded = new SbeDecoder().decode(message);
            if (decoded instanceof Message.RosterMessage roster) {
                agents[0] = roster.roster().agentCount();
            } else if (decoded instanceof Message.RosterChanged changed) {
                write(changed.change(), out);
            }
        }
    }

    private static void write(RosterChange change, ByteArrayOutputStream out) {
        for (int i = 0; i < change.removedCount(); i++) {
            out.write(REMOVE);
            out.write(change.removed(i));
        }
        out.write(ADD);
        out.write(change.addedCount());
    }
}
