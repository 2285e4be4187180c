package io.essaim.server.transport;

import io.essaim.server.security.AccessLimits;
import io.essaim.server.security.Ban;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /admin/bans}: who is banned, and to let somebody in again. Behind a check of the permission. One per event loop. */
final class BansApi {
    /** Bans that are listed, of all that there are. */
    static final int LISTED_MAX = 1_000;

    private static final String KEY = "key";

    private final AccessLimits limits;

    BansApi(AccessLimits limits) {
        this.limits = limits;
    }

    void mount(Router router) {
        router.get("/admin/bans").handler(this::list);
        // A name may have a slash, and so has a network.
        router.deleteWithRegex("/admin/bans/(?<key>.+)").handler(this::lift);
    }

    private void list(RoutingContext context) {
        JsonArray bans = new JsonArray();
        for (Ban ban : limits.bans(LISTED_MAX)) {
            bans.add(new JsonObject()
                    .put("what", ban.kind().token())
                    .put(KEY, ban.key())
                    .put("seconds_left", Ban.seconds(ban.left()))
                    .put("reason", ban.reason()));
        }
        HttpAnswers.json(
                context.response(),
                200,
                new JsonObject()
                        .put("bans", bans)
                        .put("total", limits.banCount())
                        .toBuffer());
    }

    private void lift(RoutingContext context) {
        String key = context.pathParam(KEY);
        if (limits.lift(key)) {
            context.response().setStatusCode(204).end();
        } else {
            HttpAnswers.refuse(context.response(), new Refusal(404, "\"" + key + "\" is not banned"));
        }
    }
}
