package io.essaim.server;

import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.RoomPattern;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Reload;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.AccessControl.Rejected;
import io.essaim.server.security.AccessControl.TryLater;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import io.essaim.server.security.Permission;
import io.essaim.server.terminal.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code essaim token check} */
final class TokenCheckCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final int WAIT_SECONDS_MAX = 30;

    private final Map<String, String> environment;
    private final InputStream standardInput;
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    TokenCheckCommand(Map<String, String> environment, InputStream standardInput) {
        this.environment = environment;
        this.standardInput = standardInput;
    }

    CommandSpec spec() {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("1")
                .paramLabel("TOKEN|-")
                .type(String.class)
                .description("The token; or - to read it from standard input, where no list of processes shows it")
                .build());
        SettingOptions.addTo(spec);
        spec.usageMessage()
                .parameterListHeading("%nParameters:%n")
                .description(
                        "Says whose a token is, what it may do and until when, as a server with the same file, environment "
                                + "and flags would see it; or why it does not hold, which a server tells nobody.")
                .customSynopsis("essaim token check [-c FILE] [--SETTING=VALUE ...] TOKEN|-")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim token check --tokens=tokens.yaml ess_...",
                        "  essaim token jwt --key=dev.private.json --name=ann |",
                        "    essaim token check --jwt-keys=dev.public.json -",
                        "  essaim token check --config=essaim.yaml - < token.txt");
        return spec;
    }

    @Override
    public Integer call() throws Exception {
        ParseResult parsed = spec.commandLine().getParseResult();
        Configuration configuration = SettingOptions.loader(parsed, SettingOptions.file(parsed), environment)
                .load();
        String token = token(parsed.matchedPositionalValue(0, ""));
        if (AccessSetup.ways(configuration).isEmpty()) {
            throw new Failure(
                    "this configuration knows no tokens",
                    "name a --config, or set --tokens, --jwt-keys, --jwt-secret or --identity-provider");
        }
        Entry entry = entry(configuration, token);
        PrintWriter out = spec.commandLine().getOut();
        if (entry instanceof Entered entered) {
            print(entered.identity(), out);
            out.flush();
            return ExitCode.OK;
        }
        String why = entry instanceof Rejected rejected ? rejected.reason() : ((TryLater) entry).reason();
        out.println((entry instanceof Rejected ? "The token does not hold; " : "Nobody can tell now; ") + why);
        out.flush();
        return ExitCode.FAILED;
    }

    private String token(String given) throws IOException, Failure {
        String token = given;
        if (given.equals(STANDARD_INPUT)) {
            String line = new BufferedReader(new InputStreamReader(standardInput, StandardCharsets.UTF_8)).readLine();
            token = line == null ? "" : line.strip();
        }
        if (token.isEmpty()) {
            throw new Failure("there is no token", "give one, or - and a line on standard input");
        }
        return token;
    }

    private static Entry entry(Configuration configuration, String token)
            throws ConfigurationException, InterruptedException, ExecutionException, TimeoutException {
        Counters counters = new Counters();
        try (Reload reload = new Reload(configuration.get(SecuritySettings.RELOAD), new ErrorLog(counters))) {
            AccessControl access = AccessSetup.start(configuration, counters, reload);
            try {
                return access.enter(Credentials.ofToken(token))
                        .toCompletableFuture()
                        .get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
            } finally {
                access.close();
            }
        }
    }

    private static void print(Identity identity, PrintWriter out) {
        EventScope events = identity.grant().events();
        out.println("It is the token of " + identity.name());
        line(
                out,
                "may",
                Arrays.stream(Permission.values())
                        .filter(identity.grant()::has)
                        .map(Permission::token)
                        .collect(Collectors.joining(", ")));
        line(out, "roles", String.join(", ", identity.roles()));
        line(
                out,
                "rooms",
                list(events.rooms()
                        .map(rooms -> rooms.stream().map(RoomPattern::text).toList())));
        line(
                out,
                "types",
                list(events.types()
                        .map(types -> types.stream().map(TypePattern::text).toList())));
        line(out, "circles", list(events.circles()));
        line(out, "projects", list(events.projects()));
        line(out, "until", identity.expires().map(Object::toString).orElse("for good"));
    }

    private static void line(PrintWriter out, String what, String text) {
        out.printf("  %-9s %s%n", what, text.isEmpty() ? "none" : text);
    }

    private static String list(Optional<? extends Collection<?>> permitted) {
        return permitted
                .map(items -> items.stream().map(Object::toString).sorted().collect(Collectors.joining(", ")))
                .orElse("all");
    }
}
