package io.essaim.client;

import io.essaim.protocol.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a client has its token from. Never shows it. Thread-safe when what it asks is. */
public final class TokenSource {
    /** For who brings none. */
    public static final TokenSource NONE = new TokenSource("none", null, null);

    private final String words;
    private final @Nullable String token;
    private final @Nullable Supplier<? extends CompletionStage<@Nullable String>> supplier;

    private TokenSource(
            String words,
            @Nullable String token,
            @Nullable Supplier<? extends CompletionStage<@Nullable String>> supplier) {
        this.words = words;
        this.token = token;
        this.supplier = supplier;
    }

    /**
     * One token for ever.
     *
     * @throws IllegalArgumentException when it can be none; does not repeat it
     */
    public static TokenSource of(String token) {
        return new TokenSource("given", checked(token), null);
    }

    /**
     * Asked for a token at each connection, and before a login ends.
     *
     * @param supplier of a stage that ends in a token, or in null for none; called by any thread, which must not be kept
     */
    public static TokenSource of(Supplier<? extends CompletionStage<@Nullable String>> supplier) {
        return new TokenSource("asked for", null, supplier);
    }

    /** Whether another token can be had. */
    boolean isRenewable() {
        return supplier != null;
    }

    /** The token to log in with now; null for none. Fails when none is to be had, or what there is can be none. */
    CompletableFuture<@Nullable String> next() {
        if (supplier == null) {
            return CompletableFuture.completedFuture(token);
        }
        try {
            return supplier.get().toCompletableFuture().thenApply(next -> next == null ? null : checked(next));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String checked(String token) {
        return new Message.Auth("", token).token();
    }

    @Override
    public String toString() {
        return words;
    }
}
