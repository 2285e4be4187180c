package io.essaim.bench.size;

import io.essaim.bench.Recording;
import io.essaim.bench.result.SizeResult.Row;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.ArrayList;
import java.util.List;

/** Writes a recording in each form and counts. */
final class FrameSizes {
    private FrameSizes() {}

    /** One row for each form, in the order of {@link FrameForms#of}. */
    static List<Row> of(Recording recording) {
        List<Row> rows = new ArrayList<>();
        for (FrameForm form : FrameForms.of(recording.stream(), recording.roster())) {
            long bytes = 0;
            for (SwarmFrame frame : recording.frames()) {
                bytes += form.encode(frame).length;
            }
            int frames = recording.frames().size();
            rows.add(new Row(
                    form.name(), recording.roster().agentCount(), frames, (double) bytes / frames, form.exact()));
        }
        return rows;
    }
}
