package io.essaim.server.example;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.essaim.protocol.events.EventScope;
import io.essaim.server.security.Grant;
import io.essaim.server.security.Identity;
import io.essaim.server.security.IdentityProvider;
import io.essaim.server.security.Permission;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * An identity provider of one's own: tokens of the form {@code session:…} are those of a session service, which is asked over
 * HTTP whose they are and answers {@code {"name":"ann","publish":true}}, or 404.
 *
 * <p>It shows what such a provider has to see to: it says at once that it does not know tokens of another form, never blocks,
 * waits for a bounded time, and leaves a service alone that fails.
 */
public final class SessionIdentities implements IdentityProvider {
    private static final String PREFIX = "session:";
    private static final int NO_SUCH_SESSION = 404;
    private static final int OK = 200;
    private static final JsonFactory JSON = new JsonFactory();

    private final URI service;
    private final Duration timeout;
    private final HttpClient client = HttpClient.newHttpClient();
    private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("sessions");

    /** @param service is given the session's id by a header */
    public SessionIdentities(URI service, Duration timeout) {
        this.service = service;
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public CompletionStage<Verdict> identify(String token) {
        if (!token.startsWith(PREFIX)) {
            return CompletableFuture.completedStage(new Unknown());
        }
        return breaker.executeCompletionStage(() -> ask(token.substring(PREFIX.length())))
                .exceptionally(SessionIdentities::unavailable);
    }

    private CompletionStage<Verdict> ask(String session) {
        HttpRequest request =
                HttpRequest.newBuilder(service).header("X-Session", session).build();
        return client.sendAsync(request, BodyHandlers.ofString())
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(SessionIdentities::verdict);
    }

    private static Verdict verdict(HttpResponse<String> response) {
        return switch (response.statusCode()) {
            case OK -> new Known(identity(response.body()));
            case NO_SUCH_SESSION -> new Invalid("there is no such session");
            // A failure, which the breaker counts.
            default -> throw new IllegalStateException("the service answers with " + response.statusCode());
        };
    }

    private static Identity identity(String json) {
        String name = "";
        Set<Permission> permissions = EnumSet.of(Permission.WATCH);
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("name")) {
                    name = parser.getText();
                } else if (field.equals("publish") && parser.getBooleanValue()) {
                    permissions.add(Permission.PUBLISH);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the service's answer cannot be read", e);
        }
        if (name.isEmpty()) {
            throw new IllegalStateException("the service names nobody");
        }
        return new Identity(name, Set.of(), new Grant(permissions, EventScope.ALL), Optional.empty());
    }

    private static Verdict unavailable(Throwable cause) {
        boolean rests = cause instanceof CallNotPermittedException;
        return new Unavailable(rests ? "the service has failed and is left alone for a while" : cause.toString());
    }
}
