package io.essaim.bench.events;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes at its rate over one {@code POST /api/events} of NDJSON, until it is told to stop; then waits for the answer.
 * Its own thread.
 */
final class Publisher implements Callable<Long> {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int ANSWER_BYTES_MAX = 4 << 20;

    private final int port;
    private final EventLoad load;
    private final int number;
    private volatile boolean running = true;
    private volatile long sent;
    private volatile long latestNanos;

    Publisher(int port, EventLoad load, int number) {
        this.port = port;
        this.load = load;
        this.number = number;
    }

    /** Ends it soon. Any thread. */
    void stop() {
        running = false;
    }

    /** Events handed to the socket so far. Any thread. */
    long sent() {
        return sent;
    }

    /** By how much it was behind its schedule at most: the server, or this machine, did not take them in time. Any thread. */
    long latestNanos() {
        return latestNanos;
    }

    /** Returns how many events were sent; the server has taken them all. */
    @Override
    public Long call() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 128 << 10);
            out.write(("POST /api/events HTTP/1.1\r\nHost: localhost:" + port
                            + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            publish(out);
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            String answer = new String(socket.getInputStream().readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 20")) {
                throw new IOException("publisher " + number + " was answered: "
                        + answer.lines().findFirst().orElse("nothing")
                        + answer.substring(Math.max(0, answer.length() - 200)));
            }
            return sent;
        }
    }

    private void publish(OutputStream out) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(64 << 10);
        long begin = System.nanoTime();
        for (long due = begin; running; due += PERIOD_NANOS) {
            LockSupport.parkNanos(due - System.nanoTime());
            latestNanos = Math.max(latestNanos, System.nanoTime() - due);
            long target = load.dueOfEach(due + PERIOD_NANOS - begin);
            chunk.reset();
            for (long i = sent; i < target; i++) {
                chunk.writeBytes(load.line(number, i));
            }
            if (chunk.size() > 0) {
                out.write(String.format(Locale.ROOT, "%x\r\n", chunk.size()).getBytes(StandardCharsets.US_ASCII));
                chunk.writeTo(out);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                sent = target;
            }
        }
    }
}
