package io.essaim.bench.handshake;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets, one after the other, each up to its first message. One thread. */
final class Handshakes {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int ANSWER_BYTES_MAX = 4_096;
    private static final String GREETING = "\"type\":\"connected\"";
    private static final String REFUSAL = "\"type\":\"error\"";

    /** That of RFC 6455, section 1.3. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final int port;
    private final byte[] buffer = new byte[ANSWER_BYTES_MAX];

    Handshakes(int port) {
        this.port = port;
    }

    /**
     * One, from the connection's first packet to the greeting.
     *
     * @param times takes how long that was, in microseconds
     * @throws IOException when it is refused; says how
     */
    void open(@Nullable String token, Histogram times) throws IOException {
        byte[] request = ("GET /ws/events HTTP/1.1\r\nHost: localhost:" + port
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: " + KEY + "\r\n"
                        + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        long begin = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            awaitGreeting(socket.getInputStream());
            times.recordValue((System.nanoTime() - begin) / 1_000);
        }
    }

    private void awaitGreeting(InputStream in) throws IOException {
        int length = 0;
        int read = 0;
        while (read >= 0 && length < buffer.length) {
            length += read;
            String answer = text(length);
            if (answer.contains(GREETING)) {
                return;
            } else if (answer.contains(REFUSAL)) {
                break;
            }
            read = in.read(buffer, length, buffer.length - length);
        }
        throw new IOException("the server did not greet; it said: " + text(length).replaceAll("[^ -~]+", " "));
    }

    private String text(int length) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    }
}
