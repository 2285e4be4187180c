package io.essaim.server.terminal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.essaim.client.Backoff;
import io.essaim.client.RefusedException;
import io.essaim.protocol.CloseCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** Says why a connection did not come about, and what to do about it. */
final class Refusal {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int CLIENT_ERRORS_FROM = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    /** Begins the reason of a close that is for what the client did, not for who it is. */
    private static final String FOR_ITS_MESSAGES = "Too many ";

    private Refusal() {}

    static Failure explain(URI uri, Throwable cause) {
        if (cause instanceof RefusedException refused) {
            return refused(uri, refused.status(), refused.body());
        }
        if (cause instanceof ConnectException && cause.getCause() instanceof UnresolvedAddressException) {
            return new Failure("there is no host " + uri.getHost(), "correct the name, or give an address");
        }
        if (cause instanceof ConnectException) {
            return new Failure(
                    "nobody listens at " + uri, "start a server with 'essaim serve', or name another as host:port");
        }
        if (cause instanceof HttpTimeoutException) {
            return new Failure(
                    uri + " did not answer in time", "see whether the address is right and a firewall lets it pass");
        }
        if (cause instanceof SSLException) {
            return new Failure(
                    uri + ": " + cause.getMessage(),
                    "ws:// is for servers without TLS; a certificate of your own has to be in the trust store: "
                            + "ESSAIM_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE");
        }
        return new Failure(
                uri + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()),
                "see whether that is an Essaim server, and whether it wants wss:// instead of ws://");
    }

    static Failure refused(URI uri, int status, String body) {
        if (status < CLIENT_ERRORS_FROM) {
            return new Failure(uri + " answered with HTTP " + status, "that is no WebSocket; " + path(uri));
        }
        return new Failure(
                uri + " refused with HTTP " + status + ", " + words(body),
                switch (status) {
                    case UNAUTHORIZED, FORBIDDEN -> TokenOptions.ADVICE;
                    case TOO_MANY_REQUESTS -> "come back when that time is over";
                    case NOT_FOUND -> path(uri);
                    case UNAVAILABLE -> "try again in a while";
                    default -> "correct what it says";
                });
    }

    /** A close that does not invite to come back. */
    static Failure closed(URI uri, int code, String reason) {
        boolean isTurnedAway = code == CloseCode.POLICY_VIOLATION.code() && !reason.startsWith(FOR_ITS_MESSAGES);
        return new Failure(
                uri + " closed with code " + code + (reason.isEmpty() ? "" : ": " + reason),
                isTurnedAway ? TokenOptions.ADVICE : "the server does not want this client back as it is");
    }

    private static String path(URI uri) {
        return uri.getPath().contains("event")
                ? "the path of events is /ws/events"
                : "the path of the swarm is /ws/swarm";
    }

    /** Whether the same will be refused again. */
    static boolean isFinal(Throwable cause) {
        return !Backoff.isInvitedAfter(cause);
    }

    /** What {@code {"error":"…"}} says; anything else as it is. */
    static String words(String body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() == JsonToken.START_OBJECT
                    && "error".equals(parser.nextFieldName())
                    && parser.nextToken() == JsonToken.VALUE_STRING) {
                return parser.getText();
            }
        } catch (IOException e) {
            return plain(body);
        }
        return plain(body);
    }

    private static String plain(String body) {
        if (body.isBlank()) {
            return "without a word";
        }
        return body.startsWith("<") ? "with a page" : body.strip();
    }
}
