package io.essaim.server.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what the command line says of settings. */
final class CommandLineArguments {
    private static final String PLACE = "command line";

    private CommandLineArguments() {}

    static Layer read(Map<String, String> flags, List<String> leftOver, List<String> knownFlags) {
        Layer layer = new Layer();
        new TreeMap<>(flags).forEach((key, text) -> {
            Setting<?> setting = Settings.find(key).orElse(null);
            if (setting == null) {
                layer.unknown(PLACE, "flag", "--" + key, knownFlags);
            } else {
                layer.put(setting, text, new Origin(Origin.Kind.FLAG, setting.flag()));
            }
        });
        boolean valueMayFollow = false;
        for (String argument : leftOver) {
            if (argument.startsWith("-")) {
                layer.unknown(PLACE, "flag", argument.split("=", 2)[0], knownFlags);
            } else if (!valueMayFollow) {
                layer.problem(PLACE, "unexpected argument '" + argument + "'; settings are flags, as in --port=8001");
            }
            valueMayFollow = argument.startsWith("-") && !argument.contains("=");
        }
        return layer;
    }
}
