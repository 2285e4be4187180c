package io.essaim.server;

import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Nearest;
import io.essaim.server.config.Problem;
import io.essaim.server.config.Settings;
import io.essaim.server.terminal.Failure;
import java.io.PrintWriter;
import java.net.BindException;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How errors are told: on stderr, what is wrong and what to do, without a stack trace. */
final class Complaints implements IParameterExceptionHandler, IExecutionExceptionHandler {

    /** Tells of everything that is wrong with a configuration. */
    static void print(CommandLine command, ConfigurationException e) {
        PrintWriter err = command.getErr();
        List<Problem> problems = e.problems();
        if (problems.size() == 1) {
            err.println("essaim: " + problems.get(0));
        } else {
            err.println("essaim: " + problems.size() + " errors in the configuration");
            problems.forEach(problem -> err.println("  " + problem));
        }
        hint(command, "'" + command.getCommandSpec().qualifiedName() + " --help' explains every setting");
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> rest = unmatched.getUnmatched();
            command.getErr().println("essaim: '" + rest.get(0) + "' is not a command");
            hint(command, meant(command, rest));
        } else {
            command.getErr().println("essaim: " + e.getMessage());
            hint(command, "see '" + command.getCommandSpec().qualifiedName() + " --help'");
        }
        return ExitCode.MISUSED;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof ConfigurationException wrong) {
            print(command, wrong);
            return ExitCode.MISUSED;
        }
        if (e instanceof Failure failure) {
            command.getErr().println("essaim: " + failure.getMessage());
            hint(command, failure.hint());
            return ExitCode.FAILED;
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        command.getErr().println("essaim: " + message);
        if (hasBindException(e)) {
            hint(command, "choose another --port, or 0 for any that is free");
        } else {
            hint(command, "'--log-level=debug' shows where it happened");
        }
        // The level has been set by now; nothing appears unless it was asked for.
        LoggerFactory.getLogger(Complaints.class).debug("the cause", e);
        return ExitCode.FAILED;
    }

    private static String meant(CommandLine command, List<String> arguments) {
        String first = arguments.get(0);
        String flag = first.split("=", 2)[0];
        if (Settings.all().stream().anyMatch(setting -> setting.flag().equals(flag))) {
            return flag + " belongs to a command: 'essaim serve " + String.join(" ", arguments) + "'";
        }
        return Nearest.to(first, command.getSubcommands().keySet())
                .map(nearest -> "did you mean 'essaim " + nearest + "'?")
                .orElse("'essaim help' lists the commands");
    }

    private static boolean hasBindException(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    private static void hint(CommandLine command, String text) {
        command.getErr().println("hint: " + text);
        command.getErr().flush();
    }
}
