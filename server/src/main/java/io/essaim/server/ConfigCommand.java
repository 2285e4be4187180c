package io.essaim.server;

import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.SettingsTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code essaim config} */
final class ConfigCommand implements Callable<Integer> {
    private static final String CHECK = "--check";
    private static final String MARKDOWN = "--markdown";

    private final Map<String, String> environment;
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    ConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    CommandSpec spec() {
        spec.addOption(OptionSpec.builder(CHECK)
                .paramLabel("FILE")
                .type(Path.class)
                .description("Only check whether 'serve' would start with this file, the environment and the flags "
                        + "here: exit 0 if so, 1 and all errors if not")
                .build());
        spec.addOption(OptionSpec.builder(MARKDOWN)
                .type(boolean.class)
                .arity("0")
                .description("Print the table of all settings for the documentation")
                .build());
        SettingOptions.addTo(spec);
        spec.usageMessage()
                .description(
                        "Prints the configuration that 'serve' would have with the same file, environment and flags, and "
                                + "where each value comes from. The output is a file for --config.")
                .customSynopsis(
                        "essaim config [-c FILE] [--SETTING=VALUE ...]",
                        "       essaim config --check FILE [--SETTING=VALUE ...]",
                        "       essaim config --markdown")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim config > essaim.yaml",
                        "  essaim config --check=essaim.yaml",
                        "  ESSAIM_PORT=9000 essaim config --agents=1000");
        return spec;
    }

    @Override
    public Integer call() throws ConfigurationException {
        CommandLine command = spec.commandLine();
        ParseResult parsed = command.getParseResult();
        PrintWriter out = command.getOut();
        if (parsed.hasMatchedOption(CHECK)) {
            return check(command, parsed);
        }
        if (parsed.hasMatchedOption(MARKDOWN)) {
            out.print(SettingsTable.markdown());
        } else {
            out.print(SettingOptions.loader(parsed, SettingOptions.file(parsed), environment)
                    .load()
                    .toYaml());
        }
        out.flush();
        return ExitCode.OK;
    }

    private int check(CommandLine command, ParseResult parsed) {
        if (SettingOptions.file(parsed) != null) {
            throw new ParameterException(command, "--check and --config both name a file; give one of them");
        }
        Path file = parsed.matchedOptionValue(CHECK, Path.of(""));
        try {
            SettingOptions.loader(parsed, file, environment).load();
        } catch (ConfigurationException e) {
            Complaints.print(command, e);
            return ExitCode.FAILED;
        }
        command.getOut().println(file + ": no errors");
        command.getOut().flush();
        return ExitCode.OK;
    }
}
