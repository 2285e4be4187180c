package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/** Answers what Netty could not read as a request, and closes: where the next one begins nobody can tell. */
final class UnreadableRequests implements Handler<HttpServerRequest> {
    /** Bytes of a request line. The longest things in it are a token and a cursor, of 4,096 characters each. */
    static final int LINE_BYTES_MAX = 16_384;

    /** Bytes of all headers of a request. */
    static final int HEADER_BYTES_MAX = 16_384;

    private final SecureHeaders secure;
    private final Counters counters;

    UnreadableRequests(SecureHeaders secure, Counters counters) {
        this.secure = secure;
        this.counters = counters;
    }

    static void bound(HttpServerOptions options) {
        options.setMaxInitialLineLength(LINE_BYTES_MAX).setMaxHeaderSize(HEADER_BYTES_MAX);
    }

    @Override
    public void handle(HttpServerRequest request) {
        counters.increment(Counter.REQUESTS_UNREADABLE);
        secure.addTo(request.response());
        HttpAnswers.refuseForGood(request, refusal(request));
    }

    private static Refusal refusal(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            return new Refusal(414, "The request line is longer than " + LINE_BYTES_MAX + " bytes");
        } else if (cause instanceof TooLongHttpHeaderException) {
            return new Refusal(431, "The headers are longer than " + HEADER_BYTES_MAX + " bytes");
        }
        return new Refusal(400, "This is no request of HTTP/1.1");
    }
}
