package io.essaim.server;

import io.essaim.server.config.ConfigurationLoader;
import io.essaim.server.config.Group;
import io.essaim.server.config.Setting;
import io.essaim.server.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A flag for each setting, made from the table; and what was given on the command line, made into a configuration. */
final class SettingOptions {
    private static final String CONFIG = "--config";

    private SettingOptions() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(OptionSpec.builder("-c", CONFIG)
                .paramLabel("FILE")
                .type(Path.class)
                .description("Read settings from a YAML file of 'key: value' lines (ESSAIM_CONFIG)")
                .build());
        int order = 0;
        for (Group group : Group.values()) {
            ArgGroupSpec.Builder options = ArgGroupSpec.builder()
                    .heading("%n" + group.title() + ":%n")
                    .order(order++)
                    .validate(false);
            Settings.in(group).forEach(setting -> options.addArg(option(setting)));
            spec.addArgGroup(options.build());
        }
        // Whatever is not understood becomes an error among the others of the configuration.
        spec.parser().unmatchedArgumentsAllowed(true).overwrittenOptionsAllowed(true);
    }

    private static OptionSpec option(Setting<?> setting) {
        OptionSpec.Builder option = OptionSpec.builder(setting.flag())
                .paramLabel(setting.placeholder())
                .type(String.class)
                .description(description(setting).replace("%", "%%"));
        return setting.isSwitch()
                ? option.arity("0..1").fallbackValue("true").build()
                : option.arity("1").build();
    }

    private static String description(Setting<?> setting) {
        String limits = setting.isSwitch() ? "" : "; " + setting.limits();
        return setting.description() + " (default " + setting.defaultText() + limits + ")";
    }

    /** The file named by {@value #CONFIG}, if any. */
    static @Nullable Path file(ParseResult parsed) {
        return parsed.matchedOptionValue(CONFIG, null);
    }

    /** @param file to read, whatever the flag says */
    static ConfigurationLoader loader(ParseResult parsed, @Nullable Path file, Map<String, String> environment) {
        Map<String, String> flags = new HashMap<>();
        for (Setting<?> setting : Settings.all()) {
            if (parsed.hasMatchedOption(setting.flag())) {
                flags.put(setting.key(), parsed.matchedOptionValue(setting.flag(), ""));
            }
        }
        ConfigurationLoader loader = new ConfigurationLoader()
                .environment(environment)
                .flags(flags)
                .leftOver(parsed.unmatched(), parsed.commandSpec().optionsMap().keySet());
        return file == null ? loader : loader.file(file);
    }
}
