package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a client asks of events, as {@link ClientMessages} writes the rest. */
final class EventRequests {
    private static final int SUBSCRIBE_EVENTS_TEMPLATE_ID = 33;
    private static final int SUBSCRIBE_FREQUENCY_TEMPLATE_ID = 34;
    private static final int UNSUBSCRIBE_TEMPLATE_ID = 35;
    private static final int JOIN_TEMPLATE_ID = 36;
    private static final int LEAVE_TEMPLATE_ID = 37;
    private static final int PUBLISH_TEMPLATE_ID = 38;

    private static final int SUBSCRIBE_EVENTS_BLOCK = 2;
    private static final int FLAG_BLOCK = 1;
    private static final int PUBLISH_BLOCK = 33;

    /** What a priority holds where there is none. */
    private static final byte PRIORITY_NULL = -1;

    /** What an optional int64 field holds where there is no value. */
    private static final long INT64_NULL = Long.MIN_VALUE;

    /** What an optional uint64 field holds where there is no value. */
    private static final long UINT64_NULL = -1;

    private EventRequests() {}

    private static String filter(EventFilter filter) {
        return filter.isAll() ? "" : filter.json();
    }

    static ByteBuffer subscribeEvents(Message.SubscribeEvents request) {
        List<byte[]> rooms = utf8(request.interest().rooms());
        List<byte[]> types =
                utf8(request.interest().types().stream().map(TypePattern::text).toList());
        List<byte[]> texts =
                utf8(List.of(filter(request.interest().filter()), text(request.since()), request.requestId()));
        ByteBuffer out = ClientMessages.begun(
                        SUBSCRIBE_EVENTS_TEMPLATE_ID,
                        SUBSCRIBE_EVENTS_BLOCK,
                        groupBytes(rooms) + groupBytes(types) + ClientMessages.bytes(texts))
                .put(flag(request.presence()))
                .put(flag(request.snapshot()));
        group(out, rooms);
        group(out, types);
        texts.forEach(text -> ClientMessages.text(out, text));
        return ClientMessages.finished(out);
    }

    static ByteBuffer subscribeFrequency(Message.SubscribeFrequency request) {
        List<byte[]> texts = utf8(List.of(request.requestId()));
        return finished(
                ClientMessages.begun(SUBSCRIBE_FREQUENCY_TEMPLATE_ID, FLAG_BLOCK, ClientMessages.bytes(texts))
                        .put(flag(request.wanted())),
                texts);
    }

    static ByteBuffer unsubscribe(Message.Unsubscribe request) {
        List<byte[]> rooms = utf8(request.rooms());
        List<byte[]> texts = utf8(List.of(request.requestId()));
        ByteBuffer out = ClientMessages.begun(
                        UNSUBSCRIBE_TEMPLATE_ID, FLAG_BLOCK, groupBytes(rooms) + ClientMessages.bytes(texts))
                .put(flag(request.swarm()));
        group(out, rooms);
        return finished(out, texts);
    }

    static ByteBuffer join(Message.Join request) {
        return texts(JOIN_TEMPLATE_ID, request.room(), request.requestId());
    }

    static ByteBuffer leave(Message.Leave request) {
        return texts(LEAVE_TEMPLATE_ID, request.room(), request.requestId());
    }

    static ByteBuffer publish(Message.Publish request) {
        EventDraft event = request.event();
        List<byte[]> texts =
                utf8(List.of(text(event.room()), event.type(), text(event.eventId()), request.requestId()));
        byte[] data = event.data().utf8();
        Priority priority = event.priority();
        ByteBuffer out = ClientMessages.begun(
                        PUBLISH_TEMPLATE_ID, PUBLISH_BLOCK, ClientMessages.bytes(texts) + Integer.BYTES + data.length)
                .putLong(event.timeMicros() == EventDraft.NOW ? UINT64_NULL : event.timeMicros())
                .put(priority == null ? PRIORITY_NULL : number(priority))
                .putLong(number(event.sourceAgentId()))
                .putLong(number(event.circleId()))
                .putLong(number(event.projectId()));
        texts.forEach(text -> ClientMessages.text(out, text));
        ClientMessages.text(out, data);
        return ClientMessages.finished(out);
    }

    private static ByteBuffer texts(int templateId, String... values) {
        List<byte[]> texts = utf8(List.of(values));
        return finished(ClientMessages.begun(templateId, 0, ClientMessages.bytes(texts)), texts);
    }

    private static ByteBuffer finished(ByteBuffer out, List<byte[]> texts) {
        texts.forEach(text -> ClientMessages.text(out, text));
        return ClientMessages.finished(out);
    }

    private static int groupBytes(List<byte[]> texts) {
        return ClientMessages.GROUP_HEADER_BYTES + ClientMessages.bytes(texts);
    }

    private static void group(ByteBuffer out, List<byte[]> texts) {
        ClientMessages.group(out, 0, texts.size());
        texts.forEach(text -> ClientMessages.text(out, text));
    }

    private static List<byte[]> utf8(List<String> texts) {
        return texts.stream().map(ClientMessages::utf8).toList();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static long number(@Nullable Long value) {
        return value == null ? INT64_NULL : value;
    }

    private static byte number(Priority priority) {
        return switch (priority) {
            case CRITICAL -> 0;
            case HIGH -> 1;
            case NORMAL -> 2;
            case METRICS -> 3;
            case LOW -> 4;
        };
    }

    private static byte flag(boolean value) {
        return (byte) (value ? 1 : 0);
    }
}
