package io.essaim.server.observe;

/** Everything the server counts: each bound it enforces has one here. Names and units as Prometheus wants them. */
public enum Counter {
    TICKS("ticks", "Ticks of the swarm that were published."),
    TICKS_LATE("ticks_late", "Ticks that began more than one period after they were due."),
    TICKS_MISSED("ticks_missed", "Ticks that were stepped but not published, because the clock was behind."),
    CLOCK_RESTARTS("clock_restarts", "Times the schedule began anew after a pause too long to catch up."),
    STREAM_CHANGES("stream_changes", "Times the stream began anew."),
    VIEWS_REFUSED("views_refused", "Views refused for want of a feed or of the clock's time."),
    VIEW_CHANGES_REFUSED(
            "view_changes_refused",
            "Changes of a view, or of the rate of the form delta, refused because they came too soon."),
    POLLS_REFUSED("polls_refused", "Polls refused because too many answers were not read yet."),
    FRAMES_ENCODED("frames_encoded", "Frames encoded, over all feeds."),
    FRAMES_SENT("frames_sent", "Frames handed to sockets."),
    FRAME_BYTES_SENT("frame_bytes_sent", "Bytes of those frames, WebSocket headers included."),
    FRAMES_SKIPPED("frames_skipped", "Frames a client did not get because its socket was not writable."),
    FRAMES_STALE("frames_stale", "Frames a client did not get because its event loop was behind."),
    RING_FULL("ring_full", "Frames an event loop did not get because its ring was full."),
    FRAME_MEMORY_EXHAUSTED("frame_memory_exhausted", "Frames not made because all frame memory was in flight."),
    SUBSCRIBERS_JOINED("subscribers_joined", "Times a client began to get every frame that it is due (to LIVE)."),
    SUBSCRIBERS_LAGGED("subscribers_lagged", "Times a client's socket could not take a frame (LIVE to LAGGING)."),
    SUBSCRIBERS_RECOVERED("subscribers_recovered", "Times it could again, without a replay (LAGGING to LIVE)."),
    SUBSCRIBERS_REJOINING("subscribers_rejoining", "Times it could again, with a replay (LAGGING to JOINING)."),
    SUBSCRIBERS_JOIN_FAILED("subscribers_join_failed", "Times it fell behind during a replay (JOINING to LAGGING)."),
    SUBSCRIBERS_LOST_FRAME(
            "subscribers_lost_frame",
            "Times a client has to join again because a difference did not get as far as to its event loop."),
    DELTA_JOINS("delta_joins", "Times a client got all that differences build on, and so joined or rejoined."),
    REPLAYS_DEFERRED("replays_deferred", "Times a client waited for a tick because too many were joining at once."),
    SYNC_POINTS("sync_points", "Points from which on feeds of differences can be joined."),
    PREAMBLES_MADE("preambles_made", "Preambles made for those who join."),
    PREAMBLES_FAILED("preambles_failed", "Preambles that could not be made; who joins waits for the next sync point."),
    ARENAS_CUT_SHORT(
            "arenas_cut_short", "Groups of frames that got less memory than they ask for: sync points come sooner."),
    DELTA_RESTARTS(
            "delta_restarts",
            "Times a feed of differences began anew within an epoch: labels changed, most agents left, or it failed."),
    TIERS_LOWERED("tiers_lowered", "Times a client's rate was lowered by a tier."),
    TIERS_RAISED("tiers_raised", "Times a client's rate was raised by a tier."),
    LOOP_OVERLOADS("loop_overloads", "Times an event loop lowered its clients' rates because it was behind."),
    FEED_OVERLOADS("feed_overloads", "Times a feed's rate was lowered because the swarm clock could not afford it."),
    DEFLATE_BYTES_IN("deflate_bytes_in", "Bytes that were compressed; of a frame once, however many get it."),
    DEFLATE_BYTES_OUT("deflate_bytes_out", "Bytes that those became."),
    CONNECTIONS("connections", "WebSockets opened."),
    CONNECTIONS_REFUSED("connections_refused", "Upgrades refused, for whatever reason."),
    CONNECTIONS_OVER_LIMIT("connections_over_limit", "Upgrades refused because of the connection limit."),
    HANDSHAKE_TIMEOUTS("handshake_timeouts", "Connections closed because no whole request came in time."),
    TLS_HANDSHAKE_FAILURES("tls_handshake_failures", "Connections that ended before TLS was agreed on."),
    TLS_RELOADS("tls_reloads", "Times a changed certificate came into force."),
    TLS_RELOAD_FAILURES(
            "tls_reload_failures", "Times changed files were no certificate with its key; the old one stayed."),
    STALLS_CLOSED("stalls_closed", "Clients closed because they could take no frame for the stall limit."),
    QUEUE_OVERFLOWS("queue_overflows", "Clients closed because replies to them piled up."),
    MESSAGES_RECEIVED("messages_received", "Messages from clients."),
    MESSAGES_SENT("messages_sent", "Messages to clients other than frames."),
    MESSAGES_INVALID("messages_invalid", "Messages from clients that were malformed."),
    PROTOCOL_ERRORS("protocol_errors", "Violations of RFC 6455 that closed their connection."),
    INGEST_STATES_TAKEN("ingest_states_taken", "States of producers that became the swarm."),
    INGEST_STATES_CONFLATED(
            "ingest_states_conflated",
            "States that a newer one of the same producer replaced before they were decoded."),
    INGEST_STATES_REPLACED("ingest_states_replaced", "States that a newer one replaced before a tick saw them."),
    INGEST_STATES_MALFORMED("ingest_states_malformed", "States and rosters of producers that could not be taken."),
    INGEST_OVER_RATE("ingest_over_rate", "States and rosters dropped because their producer sent too many."),
    PRODUCERS_OVER_LIMIT("producers_over_limit", "Upgrades refused because of the limit of producers."),
    INGEST_REFUSED("ingest_refused", "Upgrades refused because who asked may not publish."),
    INGEST_OCCUPIED("ingest_occupied", "Producers closed because another one was streaming."),
    INGEST_UNFINISHED("ingest_unfinished", "Producers closed because the rest of a message did not come."),
    INGEST_TAKEOVERS("ingest_takeovers", "Times a producer took the stream."),
    INGEST_STOPS("ingest_stops", "Times the producer that had the stream left it, for whatever reason."),
    INGEST_SILENCES("ingest_silences", "Times it lost the stream because it said nothing for too long."),
    EVENTS_PUBLISHED("events_published", "Events taken into the log."),
    EVENTS_DUPLICATE("events_duplicate", "Events that had been taken before and were acknowledged again."),
    EVENTS_REFUSED(
            "events_refused", "Events refused because too many waited to be put in order, or for want of a room."),
    EVENTS_WITHHELD("events_withheld", "Events that no client gets because of the broadcast settings."),
    EVENTS_TRIMMED(
            "events_trimmed", "Events let go because their room, or all rooms, held too much or they were too old."),
    EVENT_STORE_COMMITS("event_store_commits", "Times events were written to the store."),
    EVENT_STORE_FAILURES("event_store_failures", "Times the store could not be written to; publishers were refused."),
    ROOMS_REFUSED("rooms_refused", "Rooms not made because there were as many as may be."),
    ROOM_MEMBERS_REFUSED("room_members_refused", "Clients not let into a room because it was full."),
    ROOMS_CLEANED("rooms_cleaned", "Rooms without clients and events that were let go."),
    STATUSES_EVICTED("statuses_evicted", "Statuses forgotten because there were as many as may be."),
    LOOPS_LAPPED(
            "loops_lapped", "Times an event loop was too far behind the event log; its clients read from the log."),
    EVENT_FLUSHES("event_flushes", "Times the events of a room that had waited left together."),
    EVENTS_SENT("events_sent", "Events handed to sockets, over all clients."),
    EVENT_BYTES_SENT("event_bytes_sent", "Bytes of those messages."),
    EVENTS_QUEUED("events_queued", "Events that had to wait for a client that reads slowly."),
    EVENTS_DROPPED("events_dropped", "Events that a client did not get because too many waited for it; it was told."),
    EVENT_REPLAYS("event_replays", "Times a client was sent what happened while it was away."),
    EVENTS_REPLAYED("events_replayed", "Events sent so."),
    EVENTS_UNRECOVERED("events_unrecovered", "Rooms of which a client was told that not all could be had any more."),
    CLIENTS_BEHIND("clients_behind", "Clients closed because events had waited for them too long."),
    PUBLISH_FORBIDDEN("publish_forbidden", "Publications refused because who asked may not publish."),
    PUBLICATIONS_REFUSED(
            "publications_refused", "Publications over HTTP refused because too much of others was being read."),
    EVENT_REQUESTS_REFUSED(
            "event_requests_refused", "Requests for events refused because too many of the same client waited."),
    SNAPSHOTS_REFUSED(
            "snapshots_refused",
            "Snapshots refused because their client asked too often, they were too large, or too many waited to be read."),
    EVENT_POLLS_REFUSED("event_polls_refused", "Polls for events and event streams refused for want of a place."),
    LOGINS("logins", "Times somebody was let in with a token."),
    LOGINS_RENEWED("logins_renewed", "Times a login was renewed on an open connection."),
    LOGINS_REJECTED("logins_rejected", "Tokens that did not hold."),
    LOGINS_UNDECIDED("logins_undecided", "Times nobody could tell whether a token holds; the client may try again."),
    LOGINS_EXPIRED("logins_expired", "Connections closed because their login ended and was not renewed."),
    LOGINS_OVER_LIMIT(
            "logins_over_limit",
            "WebSockets refused because as many as may be were waiting to log in, or to be closed."),
    LOGIN_TIMEOUTS("login_timeouts", "Connections closed because no token came in time."),
    PERMISSIONS_REFUSED("permissions_refused", "Requests refused because who asked lacks a permission."),
    KEY_FETCHES("key_fetches", "Times keys of tokens were fetched."),
    KEY_FETCH_FAILURES("key_fetch_failures", "Times they could not be fetched; the old ones stayed."),
    BREAKERS_OPENED("breakers_opened", "Times something outside failed so often that it is left alone for a while."),
    ORIGINS_REFUSED("origins_refused", "WebSockets closed and requests refused because of the page that asked."),
    ADDRESSES_OVER_LIMIT("addresses_over_limit", "Connections refused because their address has as many as may be."),
    IDENTITIES_OVER_LIMIT("identities_over_limit", "Connections refused because their identity has as many as may be."),
    HANDSHAKES_OVER_RATE(
            "handshakes_over_rate", "Handshakes and requests refused because their address made too many."),
    MESSAGES_OVER_RATE("messages_over_rate", "Messages refused because their client sent too many."),
    BANS("bans", "Bans of addresses and identities."),
    BANNED_REFUSED("banned_refused", "Handshakes and requests refused because of a ban."),
    LIMITS_RELOADED("limits_reloaded", "Times changed limits came into force."),
    LIMITS_RELOAD_FAILURES(
            "limits_reload_failures", "Times changed files of limits or tokens were no good; the old ones stayed."),
    PINGS_SENT("pings_sent", "Pings to clients that had said nothing for a while."),
    PING_TIMEOUTS("ping_timeouts", "Connections closed because nothing came, not even a pong."),
    REQUESTS_UNREADABLE(
            "requests_unreadable", "Requests that were no HTTP/1.1, or too long; their connections were closed."),
    IDLE_TIMEOUTS("idle_timeouts", "HTTP connections closed because nothing more was asked."),
    FRAGMENTS_OVER_LIMIT("fragments_over_limit", "Connections closed because a message came in too many frames."),
    CONTROL_FRAMES_OVER_LIMIT("control_frames_over_limit", "Connections closed because of too many pings and pongs."),
    INTERNAL_ERRORS("internal_errors", "Faults of the server itself.");

    private final String metric;
    private final String help;

    Counter(String metric, String help) {
        this.metric = metric;
        this.help = help;
    }

    /** Without prefix and without the {@code _total} that the exposition adds. */
    public String metric() {
        return metric;
    }

    public String help() {
        return help;
    }
}
