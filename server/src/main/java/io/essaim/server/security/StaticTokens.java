package io.essaim.server.security;

import io.essaim.server.config.Reload;
import io.essaim.server.observe.Counters;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the tokens of a file, by their hashes. Any thread.
 *
 * <p>A token is hashed before it is looked for, so the time that this takes tells of the hash only, from which nobody gets to
 * the token.
 */
public final class StaticTokens implements IdentityProvider {
    /** What a token begins with that {@code ./essaim token} made; others may be in the file as well. */
    public static final String PREFIX = "ess_";

    private static final Logger LOG = LoggerFactory.getLogger(StaticTokens.class);
    private static final CompletionStage<Verdict> UNKNOWN = CompletableFuture.completedStage(new Unknown());

    private final WatchedFile<Entries> file;
    private final InstantSource time;

    /** What a file says, by hash. Immutable. */
    record Entries(Map<ByteBuffer, Identity> byHash) {
        Entries {
            byHash = Map.copyOf(byHash);
        }

        @Override
        public String toString() {
            return byHash.size() == 1 ? "1 token" : byHash.size() + " tokens";
        }
    }

    StaticTokens(WatchedFile<Entries> file, InstantSource time) {
        this.file = file;
        this.time = time;
    }

    /**
     * Those of a file, which is looked at again and again.
     *
     * @throws IdentityFileException when the file is no good
     */
    public static StaticTokens of(Path file, Reload reload, InstantSource time, Counters counters)
            throws IdentityFileException {
        WatchedFile<Entries> watched = WatchedFile.start(file, "list of tokens", StaticTokens::parse, reload, counters);
        WatchedFile.openToOthers(file).ifPresent(LOG::warn);
        return new StaticTokens(watched, time);
    }

    /** @throws IdentityFileException saying where in the file what is wrong */
    static Entries parse(String yaml, Path file) throws IdentityFileException {
        return new Entries(TokenFile.parse(yaml, file.toString()));
    }

    @Override
    public String name() {
        return "tokens";
    }

    @Override
    public CompletionStage<Verdict> identify(String token) {
        Identity identity = file.value().byHash().get(TokenHash.of(token));
        if (identity == null) {
            return UNKNOWN;
        }
        boolean over = identity.expires().isPresent()
                && !time.instant().isBefore(identity.expires().get());
        return CompletableFuture.completedStage(
                over ? new Invalid("it has expired; it was that of \"" + identity.name() + "\"") : new Known(identity));
    }
}
