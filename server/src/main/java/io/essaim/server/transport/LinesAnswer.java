package io.essaim.server.transport;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.server.events.Receipt.Placed;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of the events of one long body. Its event loop only. */
final class LinesAnswer {
    /** Events of which each is told; of more only how many there were, the first and the last. */
    static final int EVENTS_TOLD_MAX = 10_000;

    /** By their place; null where one was not taken. */
    private final List<@Nullable Placed> told = new ArrayList<>();

    private long count;
    private long duplicates;
    private @Nullable Placed first;
    private @Nullable Placed last;

    /** @param firstPlace of the first of these among all, from 0 */
    void placed(long firstPlace, List<Placed> placed) {
        for (int i = 0; i < placed.size(); i++) {
            Placed event = placed.get(i);
            count++;
            duplicates += event.duplicate() ? 1 : 0;
            first = first == null ? event : first;
            last = event;
            if (firstPlace + i < EVENTS_TOLD_MAX) {
                while (told.size() <= firstPlace + i) {
                    told.add(null);
                }
                told.set((int) firstPlace + i, event);
            }
        }
    }

    /** @param fault what ended it before its time; null when nothing did */
    Buffer body(@Nullable Refusal fault) {
        JsonBuffer json = new JsonBuffer(256);
        json.raw('{');
        if (fault != null) {
            json.raw("\"error\":").string(fault.reason()).raw(',');
        }
        json.raw("\"count\":").number(count).raw(",\"duplicates\":").number(duplicates);
        if (first != null && last != null) {
            json.raw(",\"first_offset\":").number(first.offset());
            json.raw(",\"last_offset\":").number(last.offset());
        }
        if (count <= EVENTS_TOLD_MAX) {
            json.raw(",\"published\":");
            PublishAnswers.append(json, told);
        }
        json.raw('}');
        return PublishAnswers.buffer(json);
    }
}
