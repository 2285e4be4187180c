package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Settings;
import io.essaim.server.security.Authorizer.Permission;
import io.essaim.server.security.Identity;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FrameEncoding;
import io.essaim.server.stream.SharedFrame;
import io.essaim.server.stream.ViewRefusedException;
import io.essaim.server.stream.WebSocketFraming;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/swarm}: the newest frame of a view, for those who poll. {@code Accept} chooses the form; the entity tag is
 * the frame's epoch and sequence, so that who asks again before the next frame is told 304. One per event loop.
 */
final class SwarmApi {
    static final String JSON = "application/json";

    /** SBE messages, each after its length as a little-endian uint32: {@code Connected}, {@code Roster}, a frame. */
    static final String SBE = "application/vnd.essaim.v1.sbe";

    private final ServerContext server;
    private final LatestFrames frames;
    private final MessageCodec codec = MessageCodec.of(Subprotocol.SBE);

    SwarmApi(ServerContext server, LatestFrames frames) {
        this.server = server;
        this.frames = frames;
    }

    void get(RoutingContext context) {
        Optional<String> forbidden = server.authorizer().refusal(Identity.ANONYMOUS, Permission.WATCH);
        if (forbidden.isPresent()) {
            refuse(context, 403, forbidden.get());
            return;
        }
        boolean binary = SBE.equals(context.getAcceptableContentType());
        try {
            ViewQuery query = ViewQuery.parse(context.queryParams(), binary ? Subprotocol.SBE : Subprotocol.JSON);
            frames.newest(query, binary ? FrameEncoding.PLAIN : FrameEncoding.JSON)
                    .onSuccess(newest -> answer(context, newest, binary))
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

    private void answer(RoutingContext context, LatestFrame newest, boolean binary) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        Epoch epoch = newest.subscriber().epoch();
        String tag = "\"" + epoch.stream().epoch() + "-" + newest.frame().sequence() + "\"";
        context.response()
                .putHeader("ETag", tag)
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Vary", "Accept");
        if (matches(context.request().getHeader("If-None-Match"), tag)) {
            context.response().setStatusCode(304).end();
            return;
        }
        context.response()
                .putHeader("Content-Type", binary ? SBE : JSON)
                .end(binary ? messages(newest, epoch) : appended(Buffer.buffer(), newest.frame()));
    }

    /** RFC 9110, section 13.1.2: any of a list, compared weakly. */
    private static boolean matches(@Nullable String condition, String tag) {
        return condition != null
                && Arrays.stream(condition.split(",", -1))
                        .map(String::strip)
                        .anyMatch(each -> each.equals("*") || each.equals(tag) || each.equals("W/" + tag));
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
