package io.essaim.server.session;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import java.util.Map;

/**
 * How many connections there may be. Immutable: changed ones are another object.
 *
 * @param total of all viewers
 * @param producers likewise
 * @param address of one address
 * @param identity of one who is logged in
 * @param paths of a path; where none is said there is no limit but the total
 */
public record ConnectionRules(int total, int producers, int address, int identity, Map<String, Integer> paths) {
    private static final int OUTSIDE_MIN = 10;
    private static final int OUTSIDE_PART = 4;

    public ConnectionRules {
        paths = Map.copyOf(paths);
    }

    public static ConnectionRules of(Configuration settings) {
        return new ConnectionRules(
                settings.get(Settings.MAX_CONNECTIONS),
                settings.get(Settings.MAX_PRODUCERS),
                settings.get(SecuritySettings.ADDRESS_CONNECTIONS),
                settings.get(SecuritySettings.IDENTITY_CONNECTIONS),
                settings.get(SecuritySettings.ENDPOINT_CONNECTIONS));
    }

    /**
     * Of those who are not let in, yet or at all. So many that one address cannot take them all as the settings come, and
     * that they are a small part of what the server can hold.
     */
    int outside() {
        return Math.max(OUTSIDE_MIN, total / OUTSIDE_PART);
    }

    int path(String path) {
        return paths.getOrDefault(path, Integer.MAX_VALUE);
    }
}
