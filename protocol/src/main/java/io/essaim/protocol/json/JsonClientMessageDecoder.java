package io.essaim.protocol.json;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Ages;
import io.essaim.protocol.Message.Auth;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Message.Ping;
import io.essaim.protocol.Message.Stats;
import io.essaim.protocol.Message.Subscribe;
import io.essaim.protocol.Message.SubscribeEvents;
import io.essaim.protocol.Message.SubscribeFrequency;
import io.essaim.protocol.Message.Subscription;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what clients send in JSON (RFC 8259), with bounds on depth, strings and numbers. Unknown fields of a message are
 * an error that names them, unless they are to be passed over: a misspelt request would otherwise be granted silently.
 * Thread-safe.
 */
public final class JsonClientMessageDecoder {
    private static final long SKIPPED_MAX = 0xFFFF_FFFFL;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long AGE_MILLIS_MAX = Limits.AGE_MICROS_MAX / MICROS_PER_MILLI;

    private final boolean unknownPass;
    private final JsonEventReader events;

    public JsonClientMessageDecoder() {
        this(false);
    }

    /** @param unknownPass whether fields that nobody knows are passed over, and not an error */
    public JsonClientMessageDecoder(boolean unknownPass) {
        this.unknownPass = unknownPass;
        this.events = new JsonEventReader(unknownPass);
    }

    /**
     * @throws MalformedMessageException when the text is no JSON object, of no known {@code type}, or a field has not the
     *     type or range that the message asks for
     */
    public Message.FromClient decode(byte[] text) throws MalformedMessageException {
        Map<String, Object> fields = JsonFields.parse(text);
        Object type = fields.remove("type");
        if (!(type instanceof String name)) {
            throw new MalformedMessageException("type is missing; a message is {\"type\":\"ping\"} or such");
        }
        Message.FromClient message = switch (name) {
            case "ping" -> new Ping(JsonFields.optionalNumber(fields, "t"));
            case "subscribe" -> subscribe(fields);
            case "stats" -> stats(fields);
            case "auth" -> auth(fields);
            case "unsubscribe", "join", "leave", "publish" -> event(name, fields, text);
            default -> throw unknown(name, fields.get("id"));
        };
        rejectUnknown(fields, name);
        return message;
    }

    private void rejectUnknown(Map<String, Object> fields, String where) throws MalformedMessageException {
        if (!unknownPass) {
            JsonFields.rejectUnknown(fields, where);
        }
    }

    /** Reads {@code unsubscribe}, {@code join}, {@code leave} or {@code publish}. */
    private Message.FromClient event(String type, Map<String, Object> fields, byte[] text)
            throws MalformedMessageException {
        String id = JsonEventRequests.id(fields, type);
        try {
            Message.FromClient message = JsonEventRequests.read(type, id, fields, text, events);
            rejectUnknown(fields, type);
            return message;
        } catch (MalformedMessageException | IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()), id, e);
        }
    }

    /** With the id, if it is one: who awaits an answer to it should not wait for ever. */
    private static MalformedMessageException unknown(@Nullable String type, @Nullable Object id) {
        String reason = "unknown type \"" + JsonFields.abridged(type)
                + "\"; known are auth, ping, subscribe, stats, unsubscribe, join, leave, publish";
        if (id instanceof String text
                && !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= Limits.REQUEST_ID_BYTES_MAX) {
            return new MalformedMessageException(reason, text);
        }
        return new MalformedMessageException(reason);
    }

    private Auth auth(Map<String, Object> fields) throws MalformedMessageException {
        String id = JsonEventRequests.id(fields, "auth");
        try {
            String token = JsonFields.stringAt(fields.remove("token"), "auth.token");
            if (token == null) {
                throw new MalformedMessageException("auth.token is missing; it is a string");
            }
            rejectUnknown(fields, "auth");
            return new Auth(id, token);
        } catch (MalformedMessageException e) {
            throw refused(String.valueOf(e.getMessage()), id, e);
        } catch (IllegalArgumentException e) {
            throw refused("auth." + e.getMessage(), id, e);
        }
    }

    private static MalformedMessageException refused(String reason, String id, Exception cause) {
        return id.isEmpty()
                ? new MalformedMessageException(reason, cause)
                : new MalformedMessageException(reason, id, cause);
    }

    private Message.FromClient subscribe(Map<String, Object> fields) throws MalformedMessageException {
        if (!fields.containsKey("id")) {
            throw new MalformedMessageException("subscribe.id is missing; it is a string");
        }
        String id = JsonEventRequests.id(fields, "subscribe");
        try {
            Message.FromClient subscribe = subscribe(id, fields);
            rejectUnknown(fields, "subscribe");
            return subscribe;
        } catch (MalformedMessageException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), id, e);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("subscribe." + e.getMessage(), id, e);
        }
    }

    /** One thing that is asked is a message of its own; nothing is the whole swarm, as ever. */
    private Message.FromClient subscribe(String id, Map<String, Object> fields) throws MalformedMessageException {
        SubscribeEvents events = JsonEventRequests.subscribe(id, fields);
        boolean frequencyTold = fields.containsKey("frequency");
        SubscribeFrequency frequency = frequencyTold
                ? new SubscribeFrequency(id, JsonFields.flagAt(fields.remove("frequency"), "subscribe.frequency"))
                : null;
        boolean nothingElse = events == null && frequency == null;
        Subscribe swarm = nothingElse || fields.containsKey("swarm") ? swarm(id, fields.remove("swarm")) : null;
        if (swarm != null && nothingElse) {
            return swarm;
        } else if (swarm == null && events != null && frequency == null) {
            return events;
        } else if (swarm == null && events == null && frequency != null) {
            return frequency;
        }
        return new Subscription(id, swarm, events, frequency);
    }

    private Subscribe swarm(String requestId, @Nullable Object swarm) throws MalformedMessageException {
        if (swarm == null) {
            return new Subscribe(requestId, 0, null, Selection.ALL);
        }
        Map<String, Object> view = JsonFields.objectAt(swarm, "subscribe.swarm");
        double fps = JsonFields.optionalNumber(view, "fps");
        if (!Double.isNaN(fps) && (fps != Math.rint(fps) || fps < 0 || fps > StreamDescription.TICKS_PER_SECOND_MAX)) {
            throw new MalformedMessageException("subscribe.swarm.fps is " + fps + ", a whole number from 0 to "
                    + StreamDescription.TICKS_PER_SECOND_MAX);
        }
        Form form = form(view.remove("form"));
        Selection selection = selection(view);
        rejectUnknown(view, "subscribe.swarm");
        return new Subscribe(requestId, Double.isNaN(fps) ? 0 : (int) fps, form, selection);
    }

    private static @Nullable Form form(@Nullable Object value) throws MalformedMessageException {
        if (value == null) {
            return null;
        }
        return Form.of(String.valueOf(value))
                .orElseThrow(() -> new MalformedMessageException("subscribe.swarm.form is \""
                        + JsonFields.abridged(String.valueOf(value)) + "\"; known are json, plain, delta"));
    }

    private static Selection selection(Map<String, Object> view) throws MalformedMessageException {
        Object agents = view.remove("agents");
        if (agents != null && !(agents instanceof String)) {
            throw new MalformedMessageException("subscribe.swarm.agents is no string; it is " + AgentIds.SYNTAX);
        }
        List<Object> spheres = JsonFields.listAt(view.remove("spheres"), "subscribe.swarm.spheres");
        List<Object> box = JsonFields.listAt(view.remove("box"), "subscribe.swarm.box");
        if (spheres != null && (spheres.isEmpty() || !spheres.stream().allMatch(String.class::isInstance))) {
            throw new MalformedMessageException(
                    "subscribe.swarm.spheres holds labels, one or more; leave it out for all spheres");
        }
        if (box != null && !box.stream().allMatch(Double.class::isInstance)) {
            throw new MalformedMessageException("subscribe.swarm.box holds what is no number; it is " + Box.SYNTAX);
        }
        try {
            return new Selection(
                    agents == null ? null : AgentIds.parse((String) agents),
                    spheres == null
                            ? List.of()
                            : spheres.stream().map(String.class::cast).toList(),
                    box == null
                            ? null
                            : Box.of(
                                    box.stream().mapToDouble(Double.class::cast).toArray()));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("subscribe.swarm." + e.getMessage(), e);
        }
    }

    private Stats stats(Map<String, Object> fields) throws MalformedMessageException {
        double skipped = JsonFields.requiredNumber(fields, "skipped", "stats", SKIPPED_MAX);
        if (skipped != Math.rint(skipped)) {
            throw new MalformedMessageException("stats.skipped is " + skipped + ", a whole number");
        }
        double fps = JsonFields.requiredNumber(fields, "fps", "stats", Limits.FPS_MAX);
        return new Stats((long) skipped, ages(fields.remove("age_ms")), (int) Math.round(fps * 100));
    }

    private @Nullable Ages ages(@Nullable Object value) throws MalformedMessageException {
        if (value == null) {
            return null;
        }
        Map<String, Object> ages = JsonFields.objectAt(value, "stats.age_ms");
        double p50 = JsonFields.requiredNumber(ages, "p50", "stats.age_ms", AGE_MILLIS_MAX);
        double p99 = JsonFields.requiredNumber(ages, "p99", "stats.age_ms", AGE_MILLIS_MAX);
        rejectUnknown(ages, "stats.age_ms");
        return new Ages(Math.round(p50 * MICROS_PER_MILLI), Math.round(p99 * MICROS_PER_MILLI));
    }
}
