package io.essaim.server;

import java.io.InputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code essaim token} and what stands below it. */
final class TokenCommand implements Callable<Integer> {
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final Map<String, String> environment;
    private final InputStream standardInput;

    TokenCommand(Map<String, String> environment, InputStream standardInput) {
        this.environment = environment;
        this.standardInput = standardInput;
    }

    CommandSpec spec() {
        InstantSource time = InstantSource.system();
        EssaimCommand.add(spec, "new", new TokenNewCommand(time).spec(), "Make a token for the file of tokens");
        EssaimCommand.add(spec, "jwt", new TokenJwtCommand(time).spec(), "Sign a JSON Web Token");
        EssaimCommand.add(spec, "key", new TokenKeyCommand().spec(), "Make a key that those are signed with");
        EssaimCommand.add(
                spec,
                "check",
                new TokenCheckCommand(environment, standardInput).spec(),
                "Say whose a token is and what it may do, or why it does not hold");
        spec.usageMessage()
                .description(
                        "Makes tokens, and looks at them. A server knows those of its file of tokens, and JSON Web Tokens that "
                                + "somebody signs whose key it has.")
                .commandListHeading("%nCommands:%n")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim token new --name=ann --publish >> tokens.yaml",
                        "  essaim serve --tokens=tokens.yaml --auth-required",
                        "  essaim token check --tokens=tokens.yaml ess_...");
        return spec;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: new, jwt, key or check");
    }
}
