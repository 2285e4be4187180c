package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code essaim serve} */
final class ServeCommand implements Callable<Integer> {
    /** Read by logback.xml when the first logger is made, which is after this command has set it. */
    private static final String LOG_LEVEL_PROPERTY = "essaim.log.level";

    private final Serve serve;
    private final Map<String, String> environment;
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    ServeCommand(Serve serve, Map<String, String> environment) {
        this.serve = serve;
        this.environment = environment;
    }

    CommandSpec spec() {
        SettingOptions.addTo(spec);
        spec.usageMessage()
                .description(
                        "Runs the server until it gets SIGTERM or Ctrl-C.",
                        "",
                        "Each flag is also a key of the file (--max-connections is max-connections) and an environment "
                                + "variable (ESSAIM_MAX_CONNECTIONS). A flag overrides a variable, a variable the file, "
                                + "the file the default. Times have a unit (500ms, 30s, 2m, 1h, 7d), sizes may (64000, "
                                + "64KB, 128KiB, 2MiB).")
                .customSynopsis("essaim serve [-c FILE] [--SETTING=VALUE ...]")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim serve",
                        "  essaim serve --agents=5000 --fps=30 --port=9000",
                        "  essaim serve --config=essaim.yaml --log-level=debug",
                        "  essaim serve --host=0.0.0.0 --allow-anonymous");
        return spec;
    }

    @Override
    public Integer call() throws Exception {
        ParseResult parsed = spec.commandLine().getParseResult();
        Configuration configuration = SettingOptions.loader(parsed, SettingOptions.file(parsed), environment)
                .load();
        System.setProperty(
                LOG_LEVEL_PROPERTY, configuration.get(Settings.LOG_LEVEL).name());
        return serve.run(configuration);
    }
}
