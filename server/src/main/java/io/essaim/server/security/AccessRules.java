package io.essaim.server.security;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Rate;
import io.essaim.server.config.SecuritySettings;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of the limits. Immutable: changed ones are another object.
 *
 * @param handshakes of one address, and its requests
 * @param messages of one connection
 * @param simulation likewise, of those who watch {@code /ws/simulation}
 * @param banAfter so many above the rate within a minute
 * @param banTime zero: nobody is banned
 */
public record AccessRules(
        Allowance handshakes, Map<Role, Allowance> messages, Rate simulation, int banAfter, Duration banTime) {
    public AccessRules {
        messages = Map.copyOf(messages);
    }

    public static AccessRules of(Configuration settings) {
        return new AccessRules(
                new Allowance(
                        settings.get(SecuritySettings.HANDSHAKE_RATE), settings.get(SecuritySettings.HANDSHAKE_BURST)),
                Map.of(
                        Role.VIEWER,
                        new Allowance(
                                settings.get(SecuritySettings.VIEWER_RATE),
                                settings.get(SecuritySettings.VIEWER_BURST)),
                        Role.PUBLISHER,
                        new Allowance(
                                settings.get(SecuritySettings.PUBLISHER_RATE),
                                settings.get(SecuritySettings.PUBLISHER_BURST)),
                        Role.ADMIN,
                        new Allowance(
                                settings.get(SecuritySettings.ADMIN_RATE), settings.get(SecuritySettings.ADMIN_BURST))),
                settings.get(SecuritySettings.SIMULATION_RATE),
                settings.get(SecuritySettings.BAN_AFTER),
                settings.get(SecuritySettings.BAN_TIME));
    }

    Allowance messages(Role role) {
        Allowance allowance = messages.get(role);
        if (allowance == null) {
            throw new AssertionError(role);
        }
        return allowance;
    }
}
