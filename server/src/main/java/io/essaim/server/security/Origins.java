package io.essaim.server.security;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.OriginPattern;
import io.essaim.server.config.SecuritySettings;
import java.util.List;

/** Which pages may open WebSockets, and which may read answers over HTTP, for now. Any thread. */
public final class Origins {
    /** Both, which change together. */
    private record Policies(OriginPolicy sockets, OriginPolicy http) {
        static Policies of(Configuration settings) {
            List<String> sockets = settings.get(SecuritySettings.ALLOWED_ORIGINS);
            List<String> http = settings.get(SecuritySettings.CORS_ORIGINS);
            return new Policies(
                    policy(settings, sockets, !settings.get(SecuritySettings.REQUIRE_ORIGIN)),
                    // A browser names none when a page reads what is of its own server.
                    policy(settings, http.isEmpty() ? sockets : http, true));
        }

        private static OriginPolicy policy(Configuration settings, List<String> allowed, boolean takesMissing) {
            return new OriginPolicy(
                    allowed.stream().map(OriginPattern::parse).toList(),
                    settings.listensLocally(),
                    settings.get(SecuritySettings.ALLOW_NULL_ORIGIN),
                    takesMissing);
        }
    }

    private volatile Policies policies;

    public Origins(Configuration settings) {
        policies = Policies.of(settings);
    }

    public OriginPolicy sockets() {
        return policies.sockets;
    }

    public OriginPolicy http() {
        return policies.http;
    }

    /** @return puts changed settings into force; open connections stay */
    public Runnable prepare(Configuration changed) {
        Policies next = Policies.of(changed);
        return () -> policies = next;
    }
}
