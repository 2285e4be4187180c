package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FrameEncoding;
import io.essaim.server.stream.SharedFrame;
import io.essaim.server.stream.ViewRefusedException;
import io.essaim.server.stream.WebSocketFraming;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/swarm}: the newest frame of a view, for those who poll. {@code Accept} chooses the form; the entity tag is
 * the frame's epoch and sequence, the latter rounded down to the view's rate, so that who asks again before another frame
 * is due is told 304. One per event loop.
 */
final class SwarmApi {
    static final String JSON = "application/json";

    /** SBE messages, each after its length as a little-endian uint32: {@code Connected}, {@code Roster}, a frame. */
    static final String SBE = "application/vnd.essaim.v1.sbe";

    /** Answers that were not read yet, a loop, at most: further requests are told to come back. */
    static final int UNREAD_BYTES_MAX = 32 << 20;

    private final ServerContext server;
    private final LatestFrames frames;
    private final MessageCodec codec = MessageCodec.of(Subprotocol.SBE);
    private long unreadBytes;

    SwarmApi(ServerContext server, LatestFrames frames) {
        this.server = server;
        this.frames = frames;
    }

    void get(RoutingContext context) {
        boolean binary = SBE.equals(context.getAcceptableContentType());
        try {
            ViewQuery query = ViewQuery.parsePoll(context.queryParams(), binary ? Subprotocol.SBE : Subprotocol.JSON);
            frames.newest(query.selection(), binary ? FrameEncoding.PLAIN : FrameEncoding.JSON)
                    .onSuccess(newest -> answer(context, newest, query, binary))
                    .onFailure(e -> later(context, String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            refuse(context, 400, String.valueOf(e.getMessage()));
        } catch (ViewRefusedException e) {
            later(context, String.valueOf(e.getMessage()));
        }
    }

    /** For those who accept neither form. */
    void refuseForm(RoutingContext context) {
        refuse(context, 406, "The swarm is to be had as " + JSON + " or " + SBE);
    }

    private void answer(RoutingContext context, LatestFrame newest, ViewQuery query, boolean binary) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        Epoch epoch = newest.subscriber().epoch();
        String tag = tag(epoch, newest.frame().sequence(), query.fps(), binary);
        context.response()
                .putHeader("ETag", tag)
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Vary", "Accept");
        if (matches(context.request().getHeader("If-None-Match"), tag)) {
            context.response().setStatusCode(304).end();
        } else if (unreadBytes + newest.frame().length() > UNREAD_BYTES_MAX) {
            server.counters().increment(Counter.POLLS_REFUSED);
            later(context, "Too many answers wait to be read; ask again later");
        } else {
            Buffer body = binary ? messages(newest, epoch) : appended(Buffer.buffer(), newest.frame());
            unreadBytes += body.length();
            context.response()
                    .putHeader("Content-Type", binary ? SBE : JSON)
                    .end(body)
                    .onComplete(written -> unreadBytes -= body.length());
        }
    }

    /** Weak (RFC 9110, section 8.8.1): at a rate below that of the ticks, several frames are as good as each other. */
    private static String tag(Epoch epoch, long sequence, int fps, boolean binary) {
        long due = sequence - sequence % epoch.stream().strideFor(fps);
        return "W/\"" + epoch.stream().epoch() + "-" + due + (binary ? "-sbe" : "-json") + "\"";
    }

    /** RFC 9110, section 13.1.2: any of a list, compared weakly. */
    private static boolean matches(@Nullable String condition, String tag) {
        return condition != null
                && Arrays.stream(condition.split(",", -1))
                        .map(String::strip)
                        .anyMatch(each -> each.equals("*") || each.equals(tag) || ("W/" + each).equals(tag));
    }

    private Buffer messages(LatestFrame newest, Epoch epoch) {
        byte[] connected = codec.encode(new Message.Connected(
                epoch.stream(),
                server.streamer().agentCount(),
                Form.PLAIN,
                newest.subscriber().stride(),
                (int) server.configuration().get(Settings.HEARTBEAT).toMillis(),
                server.time().epochMicros(),
                "",
                "essaim/" + server.version()));
        Buffer all = Buffer.buffer().appendIntLE(connected.length).appendBytes(connected);
        SharedFrame roster = newest.preamble();
        if (roster != null) {
            all.appendIntLE(payloadLength(roster));
            appended(all, roster);
        }
        all.appendIntLE(payloadLength(newest.frame()));
        return appended(all, newest.frame());
    }

    private static int payloadLength(SharedFrame frame) {
        return frame.length() - WebSocketFraming.payloadOffset(frame.buffer());
    }

    private static Buffer appended(Buffer to, SharedFrame frame) {
        byte[] payload = new byte[payloadLength(frame)];
        frame.buffer().getBytes(frame.length() - payload.length, payload);
        return to.appendBytes(payload);
    }

    private static void later(RoutingContext context, String reason) {
        context.response().putHeader("Retry-After", HandshakeRules.RETRY_AFTER_SECONDS);
        refuse(context, 503, reason);
    }

    private static void refuse(RoutingContext context, int status, String reason) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", JSON)
                .end(new JsonObject().put("error", reason).encode());
    }
}
