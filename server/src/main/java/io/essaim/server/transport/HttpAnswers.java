package io.essaim.server.transport;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** Answers in JSON; nothing happens when the one who asked has gone or was answered before. */
final class HttpAnswers {
    static final String JSON = "application/json";

    private HttpAnswers() {}

    /** @return when it is out, or will never be */
    static Future<Void> json(HttpServerResponse response, int status, Buffer body) {
        if (isOver(response)) {
            return Future.succeededFuture();
        }
        return response.setStatusCode(status)
                .putHeader("Content-Type", JSON)
                .putHeader("Cache-Control", "no-store")
                .end(body);
    }

    static Future<Void> refuse(HttpServerResponse response, HandshakeRules.Refusal refusal) {
        if (isOver(response)) {
            return Future.succeededFuture();
        }
        refusal.headers().forEach(response::putHeader);
        return json(
                response,
                refusal.status(),
                new JsonObject().put("error", refusal.reason()).toBuffer());
    }

    /** Likewise, and closes the connection: where its next request begins cannot be told. */
    static void refuseForGood(HttpServerRequest request, HandshakeRules.Refusal refusal) {
        request.response().putHeader("Connection", "close");
        refuse(request.response(), refusal)
                .onComplete(written -> request.connection().close());
    }

    static boolean isOver(HttpServerResponse response) {
        return response.ended() || response.headWritten() || response.closed();
    }
}
