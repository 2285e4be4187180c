package io.essaim.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What measures: here only to be listed, and to say where it is. The launcher runs it from a jar of its own. */
final class BenchCommand implements Callable<Integer> {
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final String name;

    BenchCommand(String name) {
        this.name = name;
    }

    CommandSpec spec() {
        spec.parser().unmatchedArgumentsAllowed(true);
        return spec;
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                name + " is not in this jar; './essaim " + name + "' of a checkout builds it and runs it");
    }
}
