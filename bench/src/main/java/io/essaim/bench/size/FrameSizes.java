package io.essaim.bench.size;

import io.essaim.bench.motion.Motion;
import io.essaim.bench.result.SizeResult.Codec;
import io.essaim.bench.result.SizeResult.Row;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * What a set of frames takes in each form.
 *
 * @param rows in the order of {@link FrameForms#of}
 * @param rosterBytes of the first roster
 * @param namesAgents by row, as {@link FrameForm#namesAgents}
 */
record FrameSizes(List<Row> rows, Codec codec, int rosterBytes, List<Boolean> namesAgents) {

    /** Writes all frames of a motion in each form and counts. */
    static FrameSizes of(Motion motion) {
        DeltaForm delta = new DeltaForm(motion.stream(), motion.roster());
        List<FrameForm> forms = new ArrayList<>(FrameForms.selfContained(motion.stream()));
        forms.add(delta);
        int rosterBytes = new SbeMessageEncoder().encode(new Message.RosterMessage(motion.roster())).length;
        SecondDifferences differences = new SecondDifferences();
        long[] bytes = new long[forms.size()];
        long agents = 0;
        int frames = 0;
        while (motion.hasNext()) {
            SwarmFrame frame = motion.next();
            RosterChange change = motion.change();
            for (int i = 0; i < bytes.length; i++) {
                FrameForm form = forms.get(i);
                if (change != null) {
                    bytes[i] += form.rename(change, motion.roster()).length;
                }
                bytes[i] += form.encode(frame, motion.roster()).length;
            }
            differences.add(change, frame);
            agents += frame.agentCount();
            frames++;
        }
        int meanAgents = Math.round((float) agents / frames);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            FrameForm form = forms.get(i);
            rows.add(new Row(motion.name(), form.name(), meanAgents, frames, (double) bytes[i] / frames, form.exact()));
        }
        Codec codec = new Codec(
                motion.name(),
                meanAgents,
                frames,
                delta.codedBytesPerFrame(),
                delta.syncPointCount(),
                delta.keyframeBytes(),
                differences.bits());
        return new FrameSizes(
                rows,
                codec,
                rosterBytes,
                forms.stream().map(FrameForm::namesAgents).toList());
    }
}
