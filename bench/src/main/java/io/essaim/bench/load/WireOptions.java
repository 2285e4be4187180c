package io.essaim.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the command line says of connections: whom TLS trusts, and whether messages may come compressed. */
final class WireOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "for wss: PEM certificates to trust, the server's own or its authority's, instead of the system's")
    private @Nullable Path certificates;

    @Option(names = "--insecure", description = "for wss: trust any certificate, for any host")
    private boolean insecure;

    @Option(
            names = "--deflate",
            description = "offer permessage-deflate, each message by itself; a server may decline it")
    private boolean deflate;

    /**
     * What they amount to; what is dangerous is said on the terminal.
     *
     * @throws IOException when certificates cannot be read
     */
    Wire wire(boolean tls) throws IOException {
        CommandLine line = spec.commandLine();
        if (certificates != null && insecure) {
            throw new ParameterException(
                    line, "--ca and --insecure exclude each other: the one checks, the other does not");
        }
        if (!tls && (certificates != null || insecure)) {
            throw new ParameterException(line, "--ca and --insecure need a URL that begins with wss://");
        }
        if (insecure) {
            line.getErr()
                    .println("WARNING: --insecure trusts whoever answers; anybody in between can read and change it");
            line.getErr().flush();
            return new Wire(Trust.anything(), deflate, FrameForm.DEFAULT);
        }
        Trust trust = certificates == null ? Wire.DEFAULT.trust() : Trust.certificates(certificates);
        return new Wire(trust, deflate, FrameForm.DEFAULT);
    }
}
