package io.essaim.server.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the variables that begin with {@value #PREFIX}. An empty one counts as unset. */
final class Environment {
    static final String PREFIX = "ESSAIM_";

    /** The file to read when no flag names one. */
    static final String CONFIG = PREFIX + "CONFIG";

    /** The launcher's own: flags for the JVM. */
    private static final String JAVA_OPTS = PREFIX + "JAVA_OPTS";

    /** Of the commands that connect to a server. */
    private static final String TOKEN = PREFIX + "TOKEN";

    /** The launcher's own: jars beside the server's. */
    private static final String CLASSPATH = PREFIX + "CLASSPATH";

    /**
     * Kubernetes gives every pod variables like these when a service is called "essaim"; they are not meant for us, and
     * its ESSAIM_PORT is a URL.
     */
    private static final Pattern SERVICE_LINK = Pattern.compile("SERVICE_(HOST|PORT.*)|PORT_[0-9]+_(TCP|UDP).*");

    private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp)://.*");

    private Environment() {}

    static Optional<String> configurationFile(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(CONFIG)).filter(path -> !path.isBlank());
    }

    static Layer read(Map<String, String> environment) {
        Layer layer = new Layer();
        List<String> known = Stream.concat(
                        Settings.all().stream().map(Setting::variable), Stream.of(CONFIG, JAVA_OPTS, TOKEN, CLASSPATH))
                .toList();
        // Sorted, so that errors come in the same order everywhere.
        new TreeMap<>(environment).forEach((name, text) -> {
            if (!name.startsWith(PREFIX) || text.isBlank() || isServiceLink(name, text)) {
                return;
            }
            Setting<?> setting = withVariable(name);
            if (setting != null) {
                layer.put(setting, text, new Origin(Origin.Kind.ENVIRONMENT, name));
            } else if (!known.contains(name)) {
                layer.unknown("environment", "variable", name, known);
            }
        });
        return layer;
    }

    private static @Nullable Setting<?> withVariable(String name) {
        for (Setting<?> setting : Settings.all()) {
            if (setting.variable().equals(name)) {
                return setting;
            }
        }
        return null;
    }

    private static boolean isServiceLink(String name, String text) {
        return SERVICE_LINK.matcher(name.substring(PREFIX.length())).matches()
                || (name.equals(Settings.PORT.variable())
                        && SERVICE_URL.matcher(text).matches());
    }
}
