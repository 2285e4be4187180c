package io.essaim.server.security;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where the keys come from that tokens are checked with. Any thread; never blocks. */
interface KeySource extends AutoCloseable {
    /** Those in force; empty until there are any. */
    Optional<KeySet> current();

    /**
     * Those in force after somebody has looked for newer ones, which not each call does. Completes in bounded time; fails
     * with the reason when nobody can tell whether there are newer ones.
     */
    CompletionStage<KeySet> renewed();

    @Override
    default void close() {}

    /** One that is always the same. */
    static KeySource of(KeySet keys) {
        return new KeySource() {
            @Override
            public Optional<KeySet> current() {
                return Optional.of(keys);
            }

            @Override
            public CompletionStage<KeySet> renewed() {
                return CompletableFuture.completedStage(keys);
            }
        };
    }

    /** One in a file: what it says is what holds. */
    static KeySource of(WatchedFile<KeySet> file) {
        return new KeySource() {
            @Override
            public Optional<KeySet> current() {
                return Optional.of(file.value());
            }

            @Override
            public CompletionStage<KeySet> renewed() {
                return CompletableFuture.completedStage(file.value());
            }
        };
    }
}
