package io.essaim.bench;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** How commands of this module answer: help on request, and errors as one sentence and a hint, without a stack trace. */
public final class CommandLines {
    private static final int MISUSED = 2;

    private CommandLines() {}

    /**
     * A command, ready to be executed.
     *
     * @param name as it is typed, such as {@code essaim load}
     * @param command annotated for picocli; it ends with its {@code exitCodeOnExecutionException} when it throws
     */
    public static CommandLine of(String name, Object command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("show this help")
                        .build());
        return line.setCommandName(name)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(CommandLines::misused)
                .setExecutionExceptionHandler((failure, failed, parsed) -> failed(failed, failure));
    }

    private static int misused(ParameterException e, String[] arguments) {
        CommandLine line = e.getCommandLine();
        line.getErr().println(line.getCommandName() + ": " + e.getMessage());
        line.getErr().println("hint: see '" + line.getCommandName() + " --help'");
        line.getErr().flush();
        return MISUSED;
    }

    private static int failed(CommandLine line, Exception failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        line.getErr().println(line.getCommandName() + ": " + message);
        line.getErr().flush();
        return line.getCommandSpec().exitCodeOnExecutionException();
    }
}
