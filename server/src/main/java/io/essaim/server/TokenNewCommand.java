package io.essaim.server;

import io.essaim.server.config.YamlText;
import io.essaim.server.security.StaticTokens;
import io.essaim.server.security.TokenHash;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code essaim token new} */
final class TokenNewCommand implements Callable<Integer> {
    private static final int BYTES = 32;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final InstantSource time;

    TokenNewCommand(InstantSource time) {
        this.time = time;
    }

    CommandSpec spec() {
        TokenClaims.addTo(spec, "default for good");
        spec.usageMessage()
                .description(
                        "Makes a token of 256 random bits. The token itself goes to stderr, this once; give it to whom it is "
                                + "for. Its entry for the file of the setting tokens goes to stdout; the file holds hashes "
                                + "only. To end a token, remove its entry: a running server sees it within the setting "
                                + "reload.")
                .customSynopsis("essaim token new --name=NAME [OPTIONS]")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim token new --name=ann >> tokens.yaml",
                        "  essaim token new --name=ann --rooms=general,ops.* --expires=30d >> tokens.yaml",
                        "  essaim token new --name=simulator --ingest --no-watch >> tokens.yaml",
                        "  essaim serve --tokens=tokens.yaml --auth-required",
                        "  essaim watch localhost:8001 --token=ess_...");
        return spec;
    }

    @Override
    public Integer call() {
        TokenClaims claims = TokenClaims.of(spec, Optional.empty(), time.instant());
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String token =
                StaticTokens.PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        PrintWriter out = spec.commandLine().getOut();
        out.println("- name: " + YamlText.of(claims.name()));
        out.println("  hash: " + TokenHash.written(token));
        claims.claims().forEach((claim, value) -> out.println("  " + claim + ": " + YamlText.of(value)));
        claims.expires().ifPresent(end -> out.println("  expires: " + end));
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        err.println("The token of " + claims.name() + ", shown this once: " + token);
        err.flush();
        return ExitCode.OK;
    }
}
