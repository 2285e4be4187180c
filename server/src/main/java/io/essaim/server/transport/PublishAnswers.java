package io.essaim.server.transport;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.server.events.Receipt;
import io.essaim.server.events.Receipt.Placed;
import io.essaim.server.events.RefusalCause;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What those who publish by HTTP have in common. */
final class PublishAnswers {
    private PublishAnswers() {}

    /** Hears on the event loop what the sequencer says on its thread. */
    static Receipt onLoop(Context loop, Receipt receipt) {
        return new Receipt() {
            @Override
            public void published(List<Placed> placed) {
                loop.runOnContext(on -> receipt.published(placed));
            }

            @Override
            public void refused(RefusalCause cause, String reason) {
                loop.runOnContext(on -> receipt.refused(cause, reason));
            }
        };
    }

    /** What a publisher over HTTP is told. */
    static HandshakeRules.Refusal refusal(RefusalCause cause, String reason) {
        return switch (cause) {
            case MALFORMED -> new HandshakeRules.Refusal(400, reason);
            case CONFLICT -> new HandshakeRules.Refusal(422, reason);
            case OVERLOADED, STORE, STOPPING, FAILED -> HandshakeRules.Refusal.later(reason);
        };
    }

    /** Appends where events stand, as a list; null for one that was not taken. */
    static void append(JsonBuffer to, List<? extends @Nullable Placed> placed) {
        to.raw('[');
        for (int i = 0; i < placed.size(); i++) {
            if (i > 0) {
                to.raw(',');
            }
            Placed event = placed.get(i);
            if (event == null) {
                to.raw("null");
            } else {
                to.raw("{\"offset\":").number(event.offset());
                to.raw(",\"event_id\":").string(event.eventId());
                to.raw(",\"duplicate\":").raw(event.duplicate() ? "true}" : "false}");
            }
        }
        to.raw(']');
    }

    static Buffer buffer(JsonBuffer json) {
        return Buffer.buffer().appendBytes(json.array(), 0, json.length());
    }
}
