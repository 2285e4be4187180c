package io.essaim.server.security;

import io.essaim.protocol.Limits;
import io.essaim.server.security.IdentityProvider.Invalid;
import io.essaim.server.security.IdentityProvider.Known;
import io.essaim.server.security.IdentityProvider.Unavailable;
import io.essaim.server.security.IdentityProvider.Unknown;
import io.essaim.server.security.IdentityProvider.Verdict;
import io.essaim.server.security.TokenLogin.Denial;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who somebody is and what it may do: the one place that decides both. Thread-safe, and never blocks.
 *
 * <p>A token goes to the providers in turn. Where there is none, or where nobody has to log in, the older ways still hold:
 * the tokens of producers and publishers, or, without these, that one works on the server's own machine.
 */
public final class AccessControl {
    /** What came of somebody's wish to be let in. */
    public sealed interface Entry permits Entered, LoginAwaited, Rejected, TryLater {}

    public record Entered(Identity identity) implements Entry {}

    /** It brought no token, has to, and may still log in by its first message. */
    public record LoginAwaited() implements Entry {}

    /** @param reason for logs; the client is told {@value #INVALID_TOKEN} only */
    public record Rejected(String reason) implements Entry {}

    /** @param reason for logs */
    public record TryLater(String reason) implements Entry {}

    /** What a client is told whose token does not hold. */
    public static final String INVALID_TOKEN = "Invalid token";

    private static final Entry MALFORMED = new Rejected("it is longer than a token, or has other characters");
    private static final Entry NOT_OF_ANY = new Rejected("no provider knows the token");

    private final List<IdentityProvider> providers;
    private final boolean required;
    private final TokenLogin producers;
    private final TokenLogin publishers;
    private final Authorizer authorizer;

    /**
     * @param providers asked in this order
     * @param required whether nobody is let in without a token
     */
    public AccessControl(
            List<IdentityProvider> providers,
            boolean required,
            TokenLogin producers,
            TokenLogin publishers,
            Authorizer authorizer) {
        this.providers = List.copyOf(providers);
        this.required = required;
        this.producers = producers;
        this.publishers = publishers;
        this.authorizer = authorizer;
    }

    /** @return completed on any thread, at once as a rule */
    public CompletionStage<Entry> enter(Credentials credentials) {
        Optional<String> token = credentials.token();
        if (token.isEmpty()) {
            return CompletableFuture.completedStage(required ? new LoginAwaited() : new Entered(Identity.ANONYMOUS));
        }
        return identify(token.get());
    }

    /**
     * By the token of a handshake or of a message.
     *
     * @return {@link Entered}, {@link Rejected} or {@link TryLater}
     */
    public CompletionStage<Entry> identify(String token) {
        Set<Permission> handsIn = EnumSet.noneOf(Permission.class);
        if (producers.knows(token)) {
            handsIn.add(Permission.INGEST);
        }
        if (publishers.knows(token)) {
            handsIn.add(Permission.PUBLISH);
        }
        if (!handsIn.isEmpty()) {
            return CompletableFuture.completedStage(new Entered(Identity.handingIn(handsIn, required)));
        } else if (providers.isEmpty() && !required) {
            // Clients that log in everywhere are welcome where nobody has to.
            return CompletableFuture.completedStage(new Entered(Identity.ANONYMOUS));
        }
        if (token.length() > Limits.TOKEN_CHARS_MAX || !token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            return CompletableFuture.completedStage(MALFORMED);
        }
        return ask(providers.iterator(), token).exceptionally(e -> new TryLater(String.valueOf(e)));
    }

    private static CompletionStage<Entry> ask(Iterator<IdentityProvider> rest, String token) {
        if (!rest.hasNext()) {
            return CompletableFuture.completedStage(NOT_OF_ANY);
        }
        IdentityProvider provider = rest.next();
        return verdict(provider, token).thenCompose(verdict -> {
            if (verdict instanceof Unknown) {
                return ask(rest, token);
            }
            return CompletableFuture.completedStage(entry(provider, verdict));
        });
    }

    /** Of whatever kind its failure is: a provider may be somebody else's. */
    private static CompletionStage<Verdict> verdict(IdentityProvider provider, String token) {
        try {
            return provider.identify(token);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static Entry entry(IdentityProvider provider, Verdict verdict) {
        if (verdict instanceof Known known) {
            return new Entered(known.identity());
        } else if (verdict instanceof Invalid invalid) {
            return new Rejected(provider.name() + ": " + invalid.reason());
        } else if (verdict instanceof Unavailable unavailable) {
            return new TryLater(provider.name() + ": " + unavailable.reason());
        }
        throw new AssertionError(verdict);
    }

    /** Why it may not; empty when it may. */
    public Optional<Denial> refusal(Identity identity, Credentials credentials, Permission permission) {
        Optional<String> missing = authorizer.refusal(identity, permission);
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        if (!identity.isKnown() && !required && permission == Permission.INGEST) {
            return producers.denial(credentials);
        } else if (!identity.isKnown() && !required && permission == Permission.PUBLISH) {
            return publishers.denial(credentials);
        }
        return Optional.of(new Denial(!identity.isKnown(), missing.get()));
    }

    /** Ends what the providers hold. */
    public void close() {
        providers.forEach(IdentityProvider::close);
    }
}
