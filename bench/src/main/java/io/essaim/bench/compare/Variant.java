package io.essaim.bench.compare;

import io.essaim.bench.load.FrameForm;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.Trust;
import io.essaim.bench.load.Wire;
import io.essaim.protocol.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A way from Essaim's event loop to a socket: the flags that choose it, and what clients speak then. */
enum Variant {
    EPOLL("epoll", DialectName.SBE, false, ""),
    DELTA("delta", DialectName.SBE, false, ""),
    EPOLL_PORTABLE("epoll-portable", DialectName.SBE, false, "--transport=epoll --direct-send=false"),
    NIO("nio", DialectName.SBE, false, "--transport=nio"),
    IO_URING("io_uring", DialectName.SBE, false, "--transport=io_uring"),
    TLS_JDK("tls-jdk", DialectName.SBE, false, "--tls-self-signed=true --tls-engine=jdk"),
    TLS_OPENSSL("tls-openssl", DialectName.SBE, false, "--tls-self-signed=true --tls-engine=openssl"),
    JSON("json", DialectName.JSON, false, ""),
    JSON_DEFLATE("json-deflate", DialectName.JSON, true, "");

    private final String token;
    private final DialectName dialect;
    private final boolean deflate;
    private final String flags;

    Variant(String token, DialectName dialect, boolean deflate, String flags) {
        this.token = token;
        this.dialect = dialect;
        this.deflate = deflate;
        this.flags = flags;
    }

    static Optional<Variant> of(String token) {
        return Arrays.stream(values())
                .filter(variant -> variant.token.equals(token))
                .findFirst();
    }

    /** As it stands on command lines and in tables. */
    String token() {
        return token;
    }

    DialectName dialect() {
        return dialect;
    }

    private boolean isTls() {
        return token.startsWith("tls-");
    }

    private FrameForm form() {
        return this == DELTA ? new FrameForm(Message.Form.DELTA, 1) : FrameForm.PLAIN;
    }

    Contestant contestant(Checkout checkout, int framesPerSecond) {
        return new Contestant(
                token,
                flags.isEmpty() ? "as it comes" : flags,
                dialect,
                isTls() ? "wss" : "ws",
                new Wire(isTls() ? Trust.anything() : Wire.DEFAULT.trust(), deflate, form()),
                clients -> {
                    List<String> command =
                            new ArrayList<>(Peer.essaim(checkout, framesPerSecond, clients, Rounds.AGENTS, 1));
                    if (!flags.isEmpty()) {
                        command.addAll(List.of(flags.split(" ", -1)));
                    }
                    return command;
                });
    }
}
