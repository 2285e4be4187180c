package io.essaim.server;

import io.essaim.server.security.JwtSigner;
import io.essaim.server.terminal.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code essaim token jwt} */
final class TokenJwtCommand implements Callable<Integer> {
    private static final String KEY = "--key";
    private static final String SECRET_FILE = "--secret-file";
    private static final String ISSUER = "--issuer";
    private static final String AUDIENCE = "--audience";
    private static final int SECRET_LENGTH_MIN = 32;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final InstantSource time;

    TokenJwtCommand(InstantSource time) {
        this.time = time;
    }

    CommandSpec spec() {
        TokenClaims.option(spec, KEY, "FILE", "Sign with this private key, as 'essaim token key' made it");
        TokenClaims.option(spec, SECRET_FILE, "FILE", "Sign with this secret, the server's jwt-secret");
        TokenClaims.addTo(spec, "default 1h");
        TokenClaims.option(spec, ISSUER, "ISSUER", "What it says in iss");
        TokenClaims.option(spec, AUDIENCE, "AUDIENCE", "What it says in aud");
        spec.usageMessage()
                .description("Signs a JSON Web Token and prints it: for trying out, as an issuer would make it.")
                .customSynopsis(
                        "essaim token jwt --key=FILE --name=NAME [OPTIONS]",
                        "       essaim token jwt --secret-file=FILE --name=NAME [OPTIONS]")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim token key --out=dev",
                        "  essaim serve --jwt-keys=dev.public.json --auth-required",
                        "  essaim watch localhost:8001 --token=$(essaim token jwt --key=dev.private.json --name=ann)",
                        "  essaim token jwt --key=dev.private.json --name=bob --publish --circles=1,2 --expires=8h");
        return spec;
    }

    @Override
    public Integer call() throws Failure {
        ParseResult parsed = spec.commandLine().getParseResult();
        Instant now = time.instant();
        TokenClaims claims = TokenClaims.of(spec, Optional.of(Duration.ofHours(1)), now);
        Map<String, Object> signed = new LinkedHashMap<>();
        signed.put("sub", claims.name());
        signed.put("iat", now.getEpochSecond());
        claims.expires().ifPresent(end -> signed.put("exp", end.getEpochSecond()));
        put(signed, "iss", parsed.matchedOptionValue(ISSUER, null));
        put(signed, "aud", parsed.matchedOptionValue(AUDIENCE, null));
        signed.putAll(claims.claims());
        PrintWriter out = spec.commandLine().getOut();
        out.println(sign(parsed, signed));
        out.flush();
        return ExitCode.OK;
    }

    private static void put(Map<String, Object> claims, String name, @Nullable String value) {
        if (value != null) {
            claims.put(name, value);
        }
    }

    private String sign(ParseResult parsed, Map<String, Object> claims) throws Failure {
        String key = parsed.matchedOptionValue(KEY, null);
        String secret = parsed.matchedOptionValue(SECRET_FILE, null);
        if ((key == null) == (secret == null)) {
            throw new ParameterException(
                    spec.commandLine(), "say what to sign with: " + KEY + "=FILE or " + SECRET_FILE + "=FILE");
        }
        String file = key == null ? secret : key;
        String text = text(file);
        try {
            JwtSigner signer = key == null ? JwtSigner.ofSecret(secret(text)) : JwtSigner.ofKey(text);
            return signer.sign(claims);
        } catch (IllegalArgumentException e) {
            throw new Failure(file + ": " + e.getMessage(), "'essaim token key' makes keys and secrets");
        }
    }

    private static String text(String file) throws Failure {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new Failure(file + " cannot be read: " + e, "name the file that 'essaim token key' made");
        }
    }

    private static byte[] secret(String text) {
        if (text.length() < SECRET_LENGTH_MIN) {
            throw new IllegalArgumentException(
                    "the secret has " + text.length() + " characters, at least " + SECRET_LENGTH_MIN + " are needed");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
