package io.essaim.protocol;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One message of the protocol as a value, whichever its encoding. Times are microseconds since 1970. The frames of the
 * swarm are not here: they come 60 times a second and are encoded without objects, from a
 * {@link io.essaim.protocol.swarm.SwarmFrame}.
 */
public sealed interface Message {

    /** What the server sends. */
    sealed interface FromServer extends Message {}

    /** What a client sends. */
    sealed interface FromClient extends Message {}

    /**
     * The first message on a swarm socket.
     *
     * @param stride the client gets the ticks whose sequence it divides
     */
    record Connected(
            StreamDescription stream,
            int agentCount,
            Form form,
            int stride,
            int heartbeatMillis,
            long timeMicros,
            String clientId,
            String server)
            implements FromServer {}

    /** @param connections open sockets of the whole server */
    record Heartbeat(int frequency, int connections, long timeMicros) implements FromServer {}

    /**
     * The swarm's mean frequency.
     *
     * @param frequencyHundredths the mean of the agents' frequencies, in hundredths
     * @param harmony whether mean and target differ by no more than the tolerance
     */
    record FrequencyUpdate(long sequence, long timeMicros, int frequencyHundredths, int target, boolean harmony)
            implements FromServer {}

    /** Names the agents of the frames; sent to binary clients only, since JSON frames carry the names. */
    record RosterMessage(Roster roster) implements FromServer {}

    /** Agents left and came in the form delta; to binary clients only. */
    record RosterChanged(RosterChange change) implements FromServer {}

    /** The form delta: frames before the tick {@code sequence} bring a decoder up to date and are too old to show. */
    record Replay(long sequence) implements FromServer {}

    /** Answers {@link Subscribe} with what was granted: the frames that follow show that view. */
    record Subscribed(String requestId, int fps, int stride, Form form, Selection selection) implements FromServer {}

    /** The client's frame rate was changed, from the tick {@code sequence} on. */
    record Tier(long sequence, int fps, int stride, TierReason reason) implements FromServer {}

    /**
     * Answers {@link Auth}.
     *
     * @param requestId empty when {@link Auth} had none
     * @param name of who is logged in now
     * @param expiresMicros when the login ends unless it is renewed; {@link #NEVER} when it does not
     */
    record Authenticated(String requestId, String name, long expiresMicros) implements FromServer {
        /** In place of a time. */
        public static final long NEVER = -1;
    }

    /** @param requestId the request that failed, or null when the fault answers none */
    record ErrorReply(
            ErrorCode code, String message, @Nullable String requestId) implements FromServer {}

    /** @param echo the ping's {@code t}, or NaN when it had none */
    record Pong(double echo, long timeMicros) implements FromServer {}

    /** The stream begins anew: another epoch, sequence from 0. */
    record StreamChanged(StreamDescription stream, int agentCount, int stride, long timeMicros, String reason)
            implements FromServer {}

    /**
     * Something happened.
     *
     * @param cursor resumes after it, in all rooms that its receiver is in; empty within a batch, but for the last
     */
    record EventMessage(Event event, String cursor) implements FromServer {}

    /**
     * Several events as one message, in order; for those who know it.
     *
     * @param cursor resumes after the last of them
     */
    record EventBatch(List<Event> events, String cursor) implements FromServer {
        public EventBatch {
            events = List.copyOf(events);
        }
    }

    /**
     * Answers {@link SubscribeEvents}, {@link Join} and {@link Leave} with what is granted: what follows is of that.
     *
     * @param requestId empty when {@link Join} or {@link Leave} had none
     * @param cursor resumes from here
     * @param unrecovered the rooms of which not all could be had that happened since the cursor that was given, sorted;
     *     null when none was given
     */
    record SubscribedEvents(
            String requestId,
            EventInterest interest,
            String cursor,
            @Nullable List<String> unrecovered) implements FromServer {
        public SubscribedEvents {
            unrecovered = unrecovered == null ? null : List.copyOf(unrecovered);
        }
    }

    /** Answers {@link SubscribeFrequency}. */
    record SubscribedFrequency(String requestId, boolean wanted) implements FromServer {}

    /** Answers a {@link Subscription} that asked for more than one thing; in JSON only. */
    record Granted(
            String requestId,
            @Nullable Subscribed swarm,
            @Nullable SubscribedEvents events,
            @Nullable SubscribedFrequency frequency)
            implements FromServer {}

    /**
     * Answers {@link Unsubscribe}.
     *
     * @param rooms that it is in no more
     */
    record Unsubscribed(String requestId, List<String> rooms) implements FromServer {
        public Unsubscribed {
            rooms = List.copyOf(rooms);
        }
    }

    /**
     * Answers {@link Publish}: the event stands in the log.
     *
     * @param duplicate whether it had been taken before, and stands where it stood
     */
    record Published(String requestId, long offset, String eventId, boolean duplicate) implements FromServer {}

    /**
     * Events that the receiver does not get, since it did not read fast enough.
     *
     * @param ranges offsets, both ends included, ascending; all that is lost lies within
     * @param count how many are lost
     */
    record Gap(String room, List<Range> ranges, long count) implements FromServer {
        public Gap {
            ranges = List.copyOf(ranges);
        }
    }

    /** From one offset to another, both included. */
    record Range(long first, long last) {}

    /**
     * Who came into a room and who left it, since the last of these.
     *
     * @param members how many there are now
     * @param joined at most {@link Limits#PRESENCE_NAMES_MAX}; so is {@code left}: more are only counted
     */
    record PresenceUpdate(String room, int members, List<String> joined, List<String> left) implements FromServer {
        public PresenceUpdate {
            joined = List.copyOf(joined);
            left = List.copyOf(left);
        }
    }

    /**
     * The last known status of each agent, task and project.
     *
     * @param state an object by kinds, each an object by ids
     * @param offset of the newest event in it
     */
    record Snapshot(JsonText state, long offset) implements FromServer {}

    /**
     * Asks for a view of the swarm, which replaces the one before as a whole.
     *
     * @param fps frames a second wanted at most; 0: as many as there are
     * @param form null: the connection's own
     */
    record Subscribe(String requestId, int fps, @Nullable Form form, Selection selection) implements FromClient {}

    /**
     * Asks for events; replaces what was asked for before as a whole.
     *
     * @param since a cursor: begins after it; null: with what happens from now on
     * @param presence whether to be told who comes and goes
     * @param snapshot whether to be sent a {@link Snapshot} first
     */
    record SubscribeEvents(
            String requestId,
            EventInterest interest,
            @Nullable String since,
            boolean presence,
            boolean snapshot) implements FromClient {}

    /** Asks for the swarm's mean frequency, or for no more of it. */
    record SubscribeFrequency(String requestId, boolean wanted) implements FromClient {}

    /** Asks for more than one thing at once; in JSON only. */
    record Subscription(
            String requestId,
            @Nullable Subscribe swarm,
            @Nullable SubscribeEvents events,
            @Nullable SubscribeFrequency frequency)
            implements FromClient {}

    /**
     * Asks for no more of these.
     *
     * @param rooms none: no room is left
     * @param swarm whether frames of the swarm, too
     */
    record Unsubscribe(String requestId, List<String> rooms, boolean swarm) implements FromClient {
        public Unsubscribe {
            rooms = List.copyOf(rooms);
        }
    }

    /**
     * Asks for the events of one more room.
     *
     * @param requestId may be empty
     */
    record Join(String requestId, String room) implements FromClient {}

    /**
     * Asks for no more of one room.
     *
     * @param requestId may be empty
     */
    record Leave(String requestId, String room) implements FromClient {}

    /**
     * Hands in an event.
     *
     * @param requestId may be empty: then only a refusal is answered
     */
    record Publish(String requestId, EventDraft event) implements FromClient {}

    /**
     * Logs in, or renews a login before it ends. A connection that nobody logged in on has to send it first.
     *
     * @param requestId may be empty
     * @param token a secret, 1 to {@link Limits#TOKEN_CHARS_MAX} characters of visible ASCII
     */
    record Auth(String requestId, String token) implements FromClient {
        /** @throws IllegalArgumentException when it can be no token; does not repeat it */
        public Auth {
            if (token.isEmpty() || token.length() > Limits.TOKEN_CHARS_MAX) {
                throw new IllegalArgumentException(
                        "token has " + token.length() + " characters, 1 to " + Limits.TOKEN_CHARS_MAX);
            }
            if (!token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
                throw new IllegalArgumentException("token has blanks or characters beyond ASCII");
            }
        }

        @Override
        public String toString() {
            return "Auth[" + requestId + ", token given]";
        }
    }

    /** @param echo any number, to come back in the pong; NaN for none */
    record Ping(double echo) implements FromClient {}

    /**
     * What the client saw since its last of these, or since it connected. Not answered.
     *
     * @param skipped frames that the client's stride was due and that did not come: 0 to 2^32 - 1
     * @param ages of the frames that came; null when none came or the client does not know the server's clock yet
     * @param fpsHundredths frames a second as they came, in hundredths: 0 to 100 times {@link Limits#FPS_MAX}
     */
    record Stats(long skipped, @Nullable Ages ages, int fpsHundredths) implements FromClient {
        private static final long SKIPPED_MAX = 0xFFFF_FFFFL;
        private static final int FPS_HUNDREDTHS_MAX = 100 * Limits.FPS_MAX;

        /** @throws IllegalArgumentException when a value is out of its range; names it and the range */
        public Stats {
            if (skipped < 0 || skipped > SKIPPED_MAX) {
                throw new IllegalArgumentException("stats.skipped=" + skipped + ", from 0 to " + SKIPPED_MAX);
            }
            if (fpsHundredths < 0 || fpsHundredths > FPS_HUNDREDTHS_MAX) {
                throw new IllegalArgumentException("stats.fps=" + Integer.toUnsignedLong(fpsHundredths)
                        + " hundredths, from 0 to " + FPS_HUNDREDTHS_MAX);
            }
        }
    }

    /**
     * How old frames were when they came, by the server's clock: 0 to {@link Limits#AGE_MICROS_MAX} microseconds. An error
     * of the clocks can make an age negative; it is told as 0.
     *
     * @param p50Micros half of the frames were at most so old
     * @param p99Micros 99 of 100 were
     */
    record Ages(long p50Micros, long p99Micros) {
        /** @throws IllegalArgumentException when a value is out of its range; names it and the range */
        public Ages {
            check("p50", p50Micros);
            check("p99", p99Micros);
        }

        private static void check(String name, long micros) {
            if (micros < 0 || micros > Limits.AGE_MICROS_MAX) {
                throw new IllegalArgumentException(
                        "stats.age_ms." + name + "=" + micros + " microseconds, from 0 to " + Limits.AGE_MICROS_MAX);
            }
        }
    }

    /** How frames are encoded; the names are the schema's. */
    enum Form {
        JSON,
        PLAIN,
        DELTA;

        /** As it stands in JSON and in URLs. */
        public String token() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The form of that name; empty when there is none. */
        public static Optional<Form> of(String token) {
            return Arrays.stream(values())
                    .filter(form -> form.token().equals(token))
                    .findFirst();
        }
    }

    /** Why a client's frame rate changed; the ordinal is the wire's number. */
    enum TierReason {
        REQUESTED,
        SLOW_CLIENT,
        OVERLOAD,
        RESTORED;

        public String token() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
