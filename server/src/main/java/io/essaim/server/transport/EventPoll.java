package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.server.events.EventFanOut.Granted;
import io.essaim.server.events.EventFanOut.Outcome;
import io.essaim.server.events.EventFanOut.Refused;
import io.essaim.server.events.EventSink;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.essaim.server.transport.PollEncoding.Kind;
import io.essaim.server.transport.PollEncoding.Part;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One long poll: answers with the first events that there are, or with none when there were none in time. Its event loop
 * only.
 */
final class EventPoll implements EventSink, EventListener {
    /** Bytes of events in one answer, unless a single one is larger. */
    static final int ANSWER_BYTES_MAX = 1 << 20;

    private final EventPollQuery query;
    private final HttpServerResponse response;
    private final ByteBudget unread;
    private final Consumer<Future<Void>> ended;

    // event loop
    private final List<Part> events = new ArrayList<>();
    private final List<Part> gaps = new ArrayList<>();
    private Message.@Nullable SubscribedEvents granted;
    private boolean over;

    /**
     * @param unread bounds the answers of its event loop that were not read yet
     * @param ended hears once, maybe amid a call of this sink's, that it takes nothing more, and when the answer is out
     */
    EventPoll(EventPollQuery query, HttpServerResponse response, ByteBudget unread, Consumer<Future<Void>> ended) {
        this.query = query;
        this.response = response;
        this.unread = unread;
        this.ended = ended;
    }

    @Override
    public void answered(Outcome outcome) {
        if (outcome instanceof Refused refused) {
            refuse(EventRefusals.answer(refused));
        } else if (outcome instanceof Granted answer) {
            granted = answer.subscribed();
            if (query.cursor() == null) {
                answer(granted.cursor());
            }
        }
    }

    /**
     * Nothing came in time.
     *
     * @param cursor resumes from here
     */
    void timeUp(String cursor) {
        answer(cursor);
    }

    /** What it missed could not be looked through in time. */
    void tooSlow() {
        refuse(Refusal.later("The event log is too slow; ask again later"));
    }

    @Override
    public boolean isWritable() {
        return !over;
    }

    @Override
    public void send(List<byte[]> messages) {
        if (over) {
            return;
        }
        String cursor = "";
        int whole = 0;
        int bytes = 0;
        for (byte[] message : messages) {
            Part part = Part.of(message);
            if (part.kind() == Kind.GAP) {
                gaps.add(part);
            } else if (part.kind() == Kind.EVENT) {
                bytes += part.json().remaining();
                if (whole > 0 && (events.size() >= query.limit() || bytes > ANSWER_BYTES_MAX)) {
                    break;
                }
                events.add(part);
                if (!part.cursor().isEmpty()) {
                    cursor = part.cursor();
                    whole = events.size();
                }
            }
        }
        if (whole > 0) {
            // What has no cursor of its own goes only with what comes after it.
            events.subList(whole, events.size()).clear();
            answer(cursor);
        }
    }

    @Override
    public void whenWritable(Runnable task) {
        // Once over it may still be among those who are sent to, for a moment; nothing follows then.
        if (!over) {
            task.run();
        }
    }

    @Override
    public void close(CloseCode code, String reason) {
        refuse(Refusal.later(reason));
    }

    @Override
    public void keepAlive() {
        // Its time is short enough.
    }

    @Override
    public void drain(long retryAfterMillis) {
        refuse(Refusal.later("Server draining; retry_after_ms=" + retryAfterMillis));
    }

    @Override
    public void gone() {
        end(Future.succeededFuture());
    }

    private void refuse(Refusal refusal) {
        if (!over) {
            end(HttpAnswers.refuse(response, refusal));
        }
    }

    private void answer(String cursor) {
        if (over) {
            return;
        }
        Buffer body = Buffer.buffer("{\"events\":[");
        append(body, events);
        if (!gaps.isEmpty()) {
            append(body.appendString("],\"gaps\":["), gaps);
        }
        body.appendString("],\"cursor\":\"").appendString(cursor).appendString("\"");
        List<String> unrecovered = granted == null ? null : granted.unrecovered();
        if (unrecovered != null) {
            body.appendString(",\"recovered\":" + unrecovered.isEmpty() + ",\"unrecovered\":")
                    .appendBuffer(new JsonArray(unrecovered).toBuffer());
        }
        body.appendString("}");
        if (!unread.take(body.length())) {
            refuse(Refusal.later("Too many answers wait to be read; ask again later"));
            return;
        }
        end(HttpAnswers.json(response, 200, body).onComplete(written -> unread.give(body.length())));
    }

    private void end(Future<Void> out) {
        if (!over) {
            over = true;
            events.clear();
            gaps.clear();
            ended.accept(out);
        }
    }

    private static void append(Buffer body, List<Part> parts) {
        String comma = "";
        for (Part part : parts) {
            byte[] json = new byte[part.json().remaining()];
            part.json().get(json);
            body.appendString(comma).appendBytes(json);
            comma = ",";
        }
    }
}
