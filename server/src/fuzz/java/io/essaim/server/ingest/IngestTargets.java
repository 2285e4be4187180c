package io.essaim.server.ingest;

import io.essaim.fuzz.FuzzTarget;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.IdSet;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a producer sends in binary, told by its kind as its messages come: the roster, and states that build on it. */
public final class IngestTargets {
    private static final Roster NOBODY = new Roster(0, List.of("personal"), new int[0], new int[0]);

    private IngestTargets() {}

    /** @param messages of which any may be the one that comes first */
    public static List<FuzzTarget> all(List<byte[]> messages) {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] first : messages) {
            for (byte[] second : messages) {
                if (first.length + second.length < 500) {
                    seeds.add(ByteBuffer.allocate(4 + first.length + second.length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putShort((short) first.length)
                            .put(first)
                            .putShort((short) second.length)
                            .put(second)
                            .array());
                }
            }
        }
        return List.of(new FuzzTarget("ingest-binary", IngestTargets::messages, seeds));
    }

    private static void messages(byte[] input) {
        SbeDecoder decoder = new SbeDecoder();
        SbeStateReader reader = new SbeStateReader(decoder, new IdSet(), "personal");
        SwarmFrame frame = new SwarmFrame();
        Roster known = NOBODY;
        ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= 2) {
            int length = Math.min(in.getShort() & 0xFFFF, in.remaining());
            byte[] message = Arrays.copyOfRange(input, in.position(), in.position() + length);
            in.position(in.position() + length);
            known = message(message, decoder, reader, frame, known);
        }
    }

    private static Roster message(
            byte[] message, SbeDecoder decoder, SbeStateReader reader, SwarmFrame frame, Roster known) {
        try {
            switch (MessageKind.ofBinary(message, decoder)) {
                case ROSTER -> reader.roster(message);
                case STATE -> {
                    Roster roster = reader.state(message, frame, known);
                    FuzzTarget.require(roster.agentCount() == frame.agentCount(), "a roster for another frame");
                    FuzzTarget.require(roster.agentCount() <= message.length, "more agents than bytes");
                    return roster;
                }
                default -> FuzzTarget.require(decoder.decode(message) != null, "nothing");
            }
        } catch (MalformedMessageException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
        return known;
    }
}
