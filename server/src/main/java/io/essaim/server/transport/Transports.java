package io.essaim.server.transport;

import io.essaim.server.config.TransportChoice;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of Vert.x's transports serves. */
final class Transports {
    private Transports() {}

    /**
     * The transport that was chosen.
     *
     * @throws IOException when this machine does not have it; the message says why and what to do
     */
    static Transport of(TransportChoice choice) throws IOException {
        return switch (choice) {
            case AUTO -> Transport.EPOLL != null && Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO;
            case EPOLL -> available(choice, Transport.EPOLL);
            case IO_URING -> available(choice, Transport.IO_URING);
            case NIO -> Transport.NIO;
        };
    }

    private static Transport available(TransportChoice choice, @Nullable Transport transport) throws IOException {
        // Vert.x's constants are null where the classes are missing.
        if (transport != null && transport.available()) {
            return transport;
        }
        Throwable cause = transport == null ? null : transport.unavailabilityCause();
        throw new IOException(
                "transport " + choice.name().toLowerCase(Locale.ROOT) + " cannot be had on this machine"
                        + (cause == null ? "" : " (" + rootOf(cause).getMessage() + ")") + "; use transport auto",
                cause);
    }

    private static Throwable rootOf(Throwable cause) {
        return cause.getCause() == null ? cause : rootOf(cause.getCause());
    }
}
