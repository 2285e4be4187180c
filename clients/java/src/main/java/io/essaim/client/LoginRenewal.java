package io.essaim.client;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Renews the login of one connection before it ends, where new tokens can be had. As only the answer to an {@code auth} says
 * when that is, a connection begins with one. Where that does not work the server closes with 4401 in the end. Any thread.
 */
final class LoginRenewal {
    /** A login is renewed that long before it ends, or when half of its time is over. */
    private static final long LEAD_MICROS = TimeUnit.MINUTES.toMicros(1);

    private static final long LEAST_MICROS = TimeUnit.MILLISECONDS.toMicros(500);
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final TokenSource tokens;
    private final Function<String, CompletableFuture<Message.Authenticated>> ask;
    private final LongUnaryOperator leftMicros;
    private final Consumer<Throwable> failed;

    // guarded by this
    private @Nullable CompletableFuture<Void> timer;
    private boolean ended;

    /**
     * @param ask sends an auth with the token
     * @param leftMicros until a time of the server's clock
     * @param failed told why no token was to be had
     */
    LoginRenewal(
            TokenSource tokens,
            Function<String, CompletableFuture<Message.Authenticated>> ask,
            LongUnaryOperator leftMicros,
            Consumer<Throwable> failed) {
        this.tokens = tokens;
        this.ask = ask;
        this.leftMicros = leftMicros;
        this.failed = failed;
    }

    /** @param token that the connection was opened with; null: there is nothing to renew */
    void begin(@Nullable String token) {
        if (tokens.isRenewable() && token != null) {
            say(token);
        }
    }

    synchronized void end() {
        ended = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void say(String token) {
        var unused = ask.apply(token).whenComplete((answer, failure) -> {
            if (answer != null) {
                renewBefore(answer.expiresMicros());
            } else if (!isFinal(failure)) {
                renewIn(AGAIN);
            }
        });
    }

    /** A server from before there were logins does not know the message; one that refuses the token closes. */
    private static boolean isFinal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RequestRefusedException no && no.code() != ErrorCode.RATE_LIMITED;
    }

    private void renewBefore(long expiresMicros) {
        if (expiresMicros == Message.Authenticated.NEVER) {
            return;
        }
        long left = leftMicros.applyAsLong(expiresMicros);
        // An end that is over already is that of another clock.
        renewIn(
                left <= 0
                        ? AGAIN
                        : Duration.of(
                                Math.max(LEAST_MICROS, Math.max(left / 2, left - LEAD_MICROS)), ChronoUnit.MICROS));
    }

    private synchronized void renewIn(Duration wait) {
        if (ended) {
            return;
        }
        CompletableFuture<Void> next = new CompletableFuture<>();
        timer = next;
        var unused = next.completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS)
                .thenComposeAsync(due -> tokens.next())
                .whenComplete((token, failure) -> {
                    if (next.isCancelled()) {
                        return;
                    }
                    if (failure != null) {
                        renewIn(AGAIN);
                        failed.accept(failure);
                    } else if (token != null) {
                        say(token);
                    }
                });
    }
}
