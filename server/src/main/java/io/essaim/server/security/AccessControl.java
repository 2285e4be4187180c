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
 * <p>A token of the settings says what its holder may hand in, and every other goes to the providers in turn. Where nobody
 * has to log in, who brings none may watch and, as far as the settings have no token for it, hand in from the server's own
 * machine.
 */
public final class AccessControl {
    /** What came of somebody's wish to be let in. What it may do there says {@link #refusal}. */
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

    private static final Entry NOBODY = new Entered(Identity.ANONYMOUS);
    private static final Entry AWAITED = new LoginAwaited();
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
     * @param producers who may publish the swarm, of those who did not log in
     * @param publishers who may publish events, likewise
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

    /**
     * With what a handshake, a request or a message brings; {@link LoginAwaited} only without a token.
     *
     * @return completed on any thread, at once as a rule
     */
    public CompletionStage<Entry> enter(Credentials credentials) {
        Optional<String> token = credentials.token();
        if (token.isPresent()) {
            return identify(token.get());
        }
        return CompletableFuture.completedStage(required ? AWAITED : NOBODY);
    }

    private CompletionStage<Entry> identify(String token) {
        Set<Permission> handsIn = handsIn(token);
        if (!handsIn.isEmpty()) {
            return CompletableFuture.completedStage(new Entered(Identity.handingIn(handsIn, required)));
        } else if (providers.isEmpty() && !required) {
            // Clients that log in everywhere are welcome where nobody has to.
            return CompletableFuture.completedStage(NOBODY);
        } else if (!isWellFormed(token)) {
            return CompletableFuture.completedStage(MALFORMED);
        }
        return ask(providers.iterator(), token).exceptionally(e -> new TryLater(String.valueOf(e)));
    }

    /** What a token of the settings permits; nothing when it is none. */
    private Set<Permission> handsIn(String token) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        if (producers.knows(token)) {
            permissions.add(Permission.INGEST);
        }
        if (publishers.knows(token)) {
            permissions.add(Permission.PUBLISH);
        }
        return permissions;
    }

    /** Providers are asked about nothing else. */
    private static boolean isWellFormed(String token) {
        return token.length() <= Limits.TOKEN_CHARS_MAX && token.chars().allMatch(c -> c > ' ' && c < 0x7F);
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

    /**
     * Why it may not; empty when it may.
     *
     * @param credentials that it entered with
     */
    public Optional<Denial> refusal(Identity identity, Credentials credentials, Permission permission) {
        Optional<String> missing = authorizer.refusal(identity, permission);
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        boolean isNobody = !identity.isKnown();
        if (isNobody && !required && permission == Permission.INGEST) {
            return producers.denial(credentials);
        } else if (isNobody && !required && permission == Permission.PUBLISH) {
            return publishers.denial(credentials);
        }
        return Optional.of(new Denial(isNobody, missing.get()));
    }

    /** Whether there is a token that another one might be a guess at. */
    public boolean knowsTokens() {
        return !providers.isEmpty() || producers.hasToken() || publishers.hasToken();
    }

    /** Ends what the providers hold. */
    public void close() {
        providers.forEach(IdentityProvider::close);
    }
}
