package io.essaim.server;

import io.essaim.server.config.Durations;
import io.essaim.server.security.IdentityClaims;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What the command line says of somebody who is to get a token.
 *
 * @param name of who it is
 * @param expires when the token ends
 * @param claims those that were given, as JSON has them
 */
record TokenClaims(String name, Optional<Instant> expires, Map<String, Object> claims) {
    private static final String NAME = "--name";
    private static final String EXPIRES = "--expires";
    private static final String NO_WATCH = "--no-watch";
    private static final List<String> TEXTS = List.of("roles", "rooms", "types");
    private static final List<String> IDS = List.of("circles", "projects");
    private static final List<String> SWITCHES = List.of("publish", "ingest", "admin");

    /** @param expires what the option says of its default */
    static void addTo(CommandSpec spec, String expires) {
        option(spec, NAME, "NAME", "Whose it is, for logs and limits (needed)");
        option(spec, EXPIRES, "TIME", "How long it holds, as 8h or 30d (" + expires + ")");
        option(spec, "--rooms", "PATTERN,...", "Rooms that it may enter, as general,project.* (default all)");
        option(spec, "--types", "PATTERN,...", "Types of events that it gets and publishes (default all)");
        option(spec, "--circles", "ID,...", "Circles whose events it gets and publishes (default all)");
        option(spec, "--projects", "ID,...", "Projects likewise (default all)");
        option(spec, "--roles", "WORD,...", "Roles, as observer (default none)");
        toggle(spec, "--publish", "It may publish events");
        toggle(spec, "--ingest", "It may publish the swarm");
        toggle(spec, "--admin", "It may see and change what is of the server itself");
        toggle(spec, NO_WATCH, "It may not watch: for those who only publish");
    }

    static void option(CommandSpec spec, String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build());
    }

    private static void toggle(CommandSpec spec, String name, String description) {
        spec.addOption(OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build());
    }

    /** @param defaultLength empty: without an option it never ends */
    static TokenClaims of(CommandSpec spec, Optional<Duration> defaultLength, Instant now) {
        ParseResult parsed = spec.commandLine().getParseResult();
        String name = parsed.matchedOptionValue(NAME, null);
        if (name == null) {
            throw new ParameterException(spec.commandLine(), "say whose token it is: " + NAME + "=ann");
        }
        Map<String, Object> claims = new LinkedHashMap<>();
        for (String claim : IdentityClaims.NAMES) {
            String text =
                    TEXTS.contains(claim) || IDS.contains(claim) ? parsed.matchedOptionValue("--" + claim, null) : null;
            if (text != null) {
                claims.put(claim, list(spec, claim, text));
            } else if (SWITCHES.contains(claim) && parsed.hasMatchedOption("--" + claim)) {
                claims.put(claim, true);
            }
        }
        if (parsed.hasMatchedOption(NO_WATCH)) {
            claims.put("watch", false);
        }
        try {
            IdentityClaims identity = new IdentityClaims();
            claims.forEach(identity::take);
            identity.identity(name, Optional.empty());
            String length = parsed.matchedOptionValue(EXPIRES, null);
            Optional<Instant> expires = (length == null ? defaultLength : Optional.of(length(length)))
                    .map(now.truncatedTo(ChronoUnit.SECONDS)::plus);
            return new TokenClaims(name, expires, claims);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static Duration length(String text) {
        try {
            return Durations.parse(text, Duration.ofSeconds(1), Duration.ofDays(3_650));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(EXPIRES + "=" + text + ": " + e.getMessage(), e);
        }
    }

    private static List<?> list(CommandSpec spec, String claim, String text) {
        List<String> items = text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (!IDS.contains(claim)) {
            return items;
        }
        try {
            return items.stream().map(Long::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--" + claim + "=" + text + ": write whole numbers with commas between them",
                    e);
        }
    }
}
