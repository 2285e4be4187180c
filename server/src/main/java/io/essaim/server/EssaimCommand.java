package io.essaim.server;

import io.essaim.server.terminal.EventsCommand;
import io.essaim.server.terminal.GenerateCommand;
import io.essaim.server.terminal.InspectCommand;
import io.essaim.server.terminal.PublishCommand;
import io.essaim.server.terminal.Terminal;
import io.essaim.server.terminal.WatchCommand;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The command line: {@code essaim} and what stands below it. */
final class EssaimCommand implements Callable<Integer> {
    /** Wide enough for most flags; a longer one has its description on the next line. */
    private static final int FLAG_COLUMNS = 27;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    private EssaimCommand() {}

    /** @param environment variables of the process */
    static CommandLine of(Serve serve, Map<String, String> environment) {
        CommandSpec root = new EssaimCommand().spec(serve, environment);
        Complaints complaints = new Complaints();
        return new CommandLine(root)
                .setExpandAtFiles(false)
                .setUsageHelpAutoWidth(true)
                .setUsageHelpLongOptionsMaxWidth(FLAG_COLUMNS)
                .setParameterExceptionHandler(complaints)
                .setExecutionExceptionHandler(complaints);
    }

    private CommandSpec spec(Serve serve, Map<String, String> environment) {
        withHelp(spec);
        spec.name("essaim").version(Version.text());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version")
                .build());
        add("serve", new ServeCommand(serve, environment).spec(), "Run the server");
        add("config", new ConfigCommand(environment).spec(), "Print the effective configuration, or check a file");
        add("watch", new WatchCommand(Terminal.ofProcess(environment)).spec(), "Show a stream in the terminal");
        add("inspect", new InspectCommand(System.in, environment).spec(), "Show binary messages field by field");
        add("events", new EventsCommand(Terminal.ofProcess(environment)).spec(), "Follow what happens");
        add("publish", new PublishCommand(Terminal.ofProcess(environment), System.in).spec(), "Publish events");
        add("generate", new GenerateCommand(Terminal.ofProcess(environment)).spec(), "Publish made-up events");
        add("load", new BenchCommand("load").spec(), "Put a server under load and check every frame it sends");
        add("bench", new BenchCommand("bench").spec(), "Measure Essaim's parts, and other servers beside it");
        add("version", new VersionCommand().spec(), "Print the version");
        CommandLine help = new CommandLine(new HelpCommand());
        help.getCommandSpec().usageMessage().header("Explain a command.");
        spec.addSubcommand("help", help);
        spec.usageMessage()
                .description("Streams a swarm of moving agents to any number of viewers, in real time.")
                .commandListHeading("%nCommands:%n")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim serve                        350 agents, 60 frames a second, port 8001",
                        "  essaim serve --agents=5000 --port=9000",
                        "  essaim help serve                   every setting, its default and its limits");
        return spec;
    }

    private void add(String name, CommandSpec command, String summary) {
        withHelp(command);
        command.usageMessage().header(summary + ".").synopsisHeading("%nUsage: ");
        spec.addSubcommand(name, command);
    }

    private static void withHelp(CommandSpec command) {
        command.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help")
                .build());
        command.usageMessage()
                .sortOptions(false)
                .descriptionHeading("%n")
                .optionListHeading("%nOptions:%n")
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.explained());
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do: serve, watch, inspect, events, publish, generate, config, load, bench, version or help");
    }
}
