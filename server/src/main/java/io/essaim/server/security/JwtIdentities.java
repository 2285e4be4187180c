package io.essaim.server.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.essaim.protocol.Limits;
import io.essaim.server.config.Reload;
import io.essaim.server.observe.Counters;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Knows JSON Web Tokens. They are checked where they are asked about, which takes less than a millisecond. What was
 * checked is remembered, so that whoever comes back costs little. Any thread.
 */
public final class JwtIdentities implements IdentityProvider {
    private static final int REMEMBERED_MAX = 10_000;
    private static final int PARTS = 3;
    private static final CompletionStage<Verdict> UNKNOWN = CompletableFuture.completedStage(new Unknown());

    private final KeySource keys;
    private final JwtCheck check;
    private final InstantSource time;

    /** By the hash of a token: no memory holds the tokens themselves. */
    private final Cache<ByteBuffer, Remembered> remembered = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .executor(Runnable::run)
            .build();

    /**
     * @param key that it was checked with: it holds no longer than that one is in force
     * @param end when it stops to hold
     */
    private record Remembered(Known verdict, VerificationKey key, Instant end) {}

    JwtIdentities(KeySource keys, JwtRules rules, InstantSource time) {
        this.keys = keys;
        this.check = new JwtCheck(rules);
        this.time = time;
    }

    /** Of tokens signed with a secret that the signer and the server share. */
    public static JwtIdentities ofSecret(byte[] secret, JwtRules rules, InstantSource time) {
        return new JwtIdentities(KeySource.of(KeySet.ofSecret(secret)), rules, time);
    }

    /**
     * Of tokens signed with a key whose other half stands in a file, which is looked at again and again.
     *
     * @throws IdentityFileException when the file is no good
     */
    public static JwtIdentities ofFile(Path file, Reload reload, JwtRules rules, InstantSource time, Counters counters)
            throws IdentityFileException {
        return new JwtIdentities(
                KeySource.of(WatchedFile.start(file, "key set", KeySet::parse, reload, counters)), rules, time);
    }

    /**
     * Of tokens signed with a key whose other half a URL has. They are undecided until it has answered.
     *
     * @param refresh between two fetches
     */
    public static JwtIdentities ofUrl(
            URI url, Duration refresh, JwtRules rules, InstantSource time, Counters counters) {
        return new JwtIdentities(UrlKeys.start(url, UrlKeys.Pace.of(refresh), counters), rules, time);
    }

    @Override
    public String name() {
        return "jwt";
    }

    @Override
    public CompletionStage<Verdict> identify(String token) {
        if (token.chars().filter(c -> c == '.').count() != PARTS - 1) {
            return UNKNOWN;
        } else if (token.length() > Limits.TOKEN_CHARS_MAX) {
            return CompletableFuture.completedStage(
                    new Invalid("it has " + token.length() + " characters, at most " + Limits.TOKEN_CHARS_MAX));
        }
        Optional<KeySet> current = keys.current();
        ByteBuffer hash = TokenHash.of(token);
        Remembered before = remembered.getIfPresent(hash);
        if (before != null
                && current.isPresent()
                && current.get().contains(before.key())
                && time.instant().isBefore(before.end())) {
            return CompletableFuture.completedStage(before.verdict());
        }
        JsonWebSignature header = new JsonWebSignature();
        try {
            header.setCompactSerialization(token);
        } catch (JoseException e) {
            // Three words with dots between them that are no token of this kind.
            return UNKNOWN;
        }
        return verdict(token, hash, header, current);
    }

    private CompletionStage<Verdict> verdict(
            String token, ByteBuffer hash, JsonWebSignature header, Optional<KeySet> current) {
        // As objects: where they are no texts, the library's own getters throw.
        Object alg = header.getObjectHeader("alg");
        Object kid = header.getObjectHeader("kid");
        if (!(alg instanceof String algorithm)) {
            return CompletableFuture.completedStage(new Invalid("its alg is no text"));
        } else if (kid != null && !(kid instanceof String)) {
            return CompletableFuture.completedStage(new Invalid("its kid is no text"));
        }
        Optional<String> id = Optional.ofNullable((String) kid);
        if (current.isPresent()) {
            if (!current.get().knows(algorithm)) {
                return CompletableFuture.completedStage(new Invalid("no key signs by the alg that it names"));
            }
            List<VerificationKey> fitting = current.get().fitting(algorithm, id);
            if (!fitting.isEmpty()) {
                return CompletableFuture.completedStage(checked(token, hash, fitting));
            }
        }
        return keys.renewed()
                .thenApply(renewed -> checked(token, hash, renewed.fitting(algorithm, id)))
                .exceptionally(JwtIdentities::undecided);
    }

    private Verdict checked(String token, ByteBuffer hash, List<VerificationKey> fitting) {
        if (fitting.isEmpty()) {
            return new Invalid("no key has the kid that it names");
        } else if (fitting.size() > 1) {
            return new Invalid(fitting.size() + " keys could have signed it, and it names none by kid");
        }
        VerificationKey key = fitting.get(0);
        Verdict verdict = check.verdict(token, key, time.instant());
        if (verdict instanceof Known known) {
            known.identity().expires().ifPresent(end -> remembered.put(hash, new Remembered(known, key, end)));
        }
        return verdict;
    }

    private static Verdict undecided(Throwable cause) {
        Throwable why = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        return new Unavailable(why.getMessage() == null ? why.toString() : why.getMessage());
    }

    @Override
    public void close() {
        keys.close();
    }
}
