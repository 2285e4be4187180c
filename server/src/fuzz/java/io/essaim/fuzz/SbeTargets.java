package io.essaim.fuzz;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeDeltaDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Binary messages, of viewers, producers and servers: a message is the same when it was written and read again. */
final class SbeTargets {
    private SbeTargets() {}

    static List<FuzzTarget> all() throws IOException {
        SbeDecoder decoder = new SbeDecoder();
        SbeMessageEncoder encoder = new SbeMessageEncoder();
        JsonMessageEncoder json = new JsonMessageEncoder();
        SwarmFrame frame = new SwarmFrame();
        SbeDeltaDecoder deltas = new SbeDeltaDecoder();
        List<byte[]> golden = Seeds.golden(".bin");
        return List.of(
                new FuzzTarget("sbe-messages", input -> message(input, decoder, encoder, json), golden),
                new FuzzTarget("sbe-frames", input -> frame(input, decoder, frame), golden),
                new FuzzTarget("sbe-deltas", input -> delta(input, deltas), golden),
                new FuzzTarget("delta-coder", DeltaOperations::run, DeltaOperations.seeds()));
    }

    private static void message(byte[] input, SbeDecoder decoder, SbeMessageEncoder encoder, JsonMessageEncoder json)
            throws MalformedMessageException {
        Message message;
        try {
            message = decoder.decode(input);
        } catch (MalformedMessageException e) {
            return;
        }
        byte[] once = encoder.encode(message);
        FuzzTarget.require(
                Arrays.equals(once, encoder.encode(decoder.decode(once))), "another message when written and read again");
        // These belong to the form delta, which JSON has not.
        if (!(message instanceof Message.Replay || message instanceof Message.RosterChanged)) {
            FuzzTarget.require(json.encode(message).length > 0, "nothing in JSON");
        }
    }

    private static void frame(byte[] input, SbeDecoder decoder, SwarmFrame frame) {
        try {
            if (decoder.isFrame(input)) {
                decoder.decodeFrame(input, frame);
                FuzzTarget.require(frame.agentCount() <= input.length, "more agents than bytes");
            }
        } catch (MalformedMessageException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
    }

    private static void delta(byte[] input, SbeDeltaDecoder deltas) {
        try {
            if (deltas.isBatch(input)) {
                int bytes = deltas.decodeBatch(input).stream().mapToInt(part -> part.length).sum();
                FuzzTarget.require(bytes <= input.length, "more in a batch than it has");
            } else if (deltas.isCoded(input)) {
                FuzzTarget.require(
                        deltas.decodeCoded(input).coded().remaining() <= input.length, "more coded than there is");
            }
        } catch (MalformedMessageException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
    }
}
