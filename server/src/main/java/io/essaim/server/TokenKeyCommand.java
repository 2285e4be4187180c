package io.essaim.server;

import io.essaim.server.security.KeyType;
import io.essaim.server.terminal.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code essaim token key} */
final class TokenKeyCommand implements Callable<Integer> {
    private static final String TYPE = "--type";
    private static final String OUT = "--out";
    private static final String SECRET = "secret";
    /** They are 64 characters, as HS512 asks for. */
    private static final int SECRET_BYTES = 48;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    CommandSpec spec() {
        TokenClaims.option(spec, TYPE, "TYPE", "Kind of key: " + types() + " (default ed25519)");
        TokenClaims.option(
                spec, OUT, "NAME", "Files are NAME.private.json and NAME.public.json, or NAME.secret (default jwt)");
        spec.usageMessage()
                .description(
                        "Makes a key that JSON Web Tokens are signed with. The private half is for the one who signs; the "
                                + "server needs the public one only, a JSON Web Key Set for the setting jwt-keys. A secret "
                                + "is shared by both, for jwt-secret. Files that are there are left as they are.")
                .customSynopsis("essaim token key [--type=TYPE] [--out=NAME]")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim token key --out=dev",
                        "  essaim serve --jwt-keys=dev.public.json --auth-required",
                        "  essaim token key --type=secret --out=dev",
                        "  ESSAIM_JWT_SECRET=$(cat dev.secret) essaim serve --auth-required");
        return spec;
    }

    @Override
    public Integer call() throws Failure {
        ParseResult parsed = spec.commandLine().getParseResult();
        String type = parsed.matchedOptionValue(TYPE, KeyType.ED25519.token()).toLowerCase(Locale.ROOT);
        String name = parsed.matchedOptionValue(OUT, "jwt");
        PrintWriter out = spec.commandLine().getOut();
        if (type.equals(SECRET)) {
            byte[] random = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(random);
            write(name + ".secret", Base64.getUrlEncoder().withoutPadding().encodeToString(random), true);
            out.println(name + ".secret is the secret, for jwt-secret and for who signs");
        } else {
            KeyType.Pair pair = type(type).make();
            write(name + ".private.json", pair.whole(), true);
            write(name + ".public.json", pair.set(), false);
            out.println(name + ".private.json is for who signs tokens; keep it to yourself");
            out.println(name + ".public.json is for the server's jwt-keys");
        }
        out.flush();
        return ExitCode.OK;
    }

    private KeyType type(String name) {
        return Arrays.stream(KeyType.values())
                .filter(type -> type.token().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ParameterException(spec.commandLine(), TYPE + "=" + name + ": it is none of " + types()));
    }

    private static String types() {
        return Arrays.stream(KeyType.values()).map(KeyType::token).collect(Collectors.joining(", ")) + ", " + SECRET;
    }

    /** @param isSecret whether nobody but the owner may read it, from the first byte on */
    private static void write(String name, String text, boolean isSecret) throws Failure {
        boolean hasModes =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = isSecret && hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (SeekableByteChannel file = Files.newByteChannel(
                Path.of(name), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            Channels.newOutputStream(file).write((text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            throw new Failure(name + " is there already", "choose another " + OUT + ", or remove it");
        } catch (IOException e) {
            throw new Failure(name + " cannot be written: " + e, "choose another " + OUT);
        }
    }
}
