package io.essaim.server.testing;

import io.essaim.protocol.events.EventScope;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.security.Grant;
import io.essaim.server.security.Identity;
import io.essaim.server.security.IdentityProvider;
import io.essaim.server.security.IdentityProviderFactory;
import io.essaim.server.security.Permission;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Tokens that say themselves what becomes of them: {@code ann}, {@code ann:may=watch+publish:expires=500:after=100} with times
 * in milliseconds from now, {@code ann:times=3} who is annannann, {@code forged}, {@code undecided}, {@code failing}, {@code stuck}.
 */
public final class ScriptedIdentities implements IdentityProviderFactory, IdentityProvider {
    @Override
    public String name() {
        return "scripted";
    }

    /** A server that knows these tokens, and lets in nobody else. */
    public static Configuration required(Configuration configuration) {
        return known(configuration).with(SecuritySettings.AUTH_REQUIRED, true);
    }

    /** A server that knows these tokens. */
    public static Configuration known(Configuration configuration) {
        return configuration.with(SecuritySettings.IDENTITY_PROVIDER, Optional.of("scripted"));
    }

    @Override
    public IdentityProvider create(Map<String, String> options) {
        return this;
    }

    @Override
    public CompletionStage<Verdict> identify(String token) {
        String[] parts = token.split(":", -1);
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            options.put(parts[i].substring(0, parts[i].indexOf('=')), parts[i].substring(parts[i].indexOf('=') + 1));
        }
        Verdict verdict = switch (parts[0]) {
            case "stuck" -> null;
            case "failing" -> throw new IllegalStateException("out of order");
            case "undecided" -> new Unavailable("keys cannot be had");
            case "forged" -> new Invalid("signature is wrong");
            default ->
                new Known(identity(parts[0].repeat(Integer.parseInt(options.getOrDefault("times", "1"))), options));
        };
        if (verdict == null) {
            return new CompletableFuture<>();
        }
        String after = options.get("after");
        return after == null
                ? CompletableFuture.completedStage(verdict)
                : new CompletableFuture<Verdict>()
                        .completeOnTimeout(verdict, Long.parseLong(after), TimeUnit.MILLISECONDS);
    }

    private static Identity identity(String name, Map<String, String> options) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        for (String permission : options.getOrDefault("may", "watch").split("\\+", -1)) {
            permissions.add(Permission.valueOf(permission.toUpperCase(Locale.ROOT)));
        }
        Optional<Instant> expires = Optional.ofNullable(options.get("expires"))
                .map(millis -> Instant.now().plusMillis(Long.parseLong(millis)));
        return new Identity(name, Set.of(), new Grant(permissions, EventScope.ALL), expires);
    }
}
