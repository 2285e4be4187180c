package io.essaim.bench.events;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Clients that ask over HTTP once a second, each over a connection that it keeps. */
final class Pollers implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ExecutorService threads;
    private final LongAdder answers = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final List<String> failures = new ArrayList<>();
    private volatile boolean running = true;

    /** What each asks for: the path, with the cursor of the last answer behind it if that had one. */
    record Question(String path, boolean withCursor) {}

    Pollers(int port, int count, Question question) {
        threads = Executors.newFixedThreadPool(count);
        for (int i = 0; i < count; i++) {
            long offset = i * PERIOD_NANOS / count;
            threads.execute(() -> poll(port, question, offset));
        }
    }

    private void poll(int port, Question question, long offsetNanos) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
            String cursor = "";
            for (long due = System.nanoTime() + offsetNanos; running; due += PERIOD_NANOS) {
                LockSupport.parkNanos(due - System.nanoTime());
                byte[] request = ("GET " + question.path() + cursor + " HTTP/1.1\r\nHost: localhost:" + port
                                + "\r\nAccept: application/json\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(request);
                String body = answer(in);
                bytes.add(request.length);
                answers.increment();
                if (question.withCursor()) {
                    int at = body.lastIndexOf("\"cursor\":\"");
                    if (at >= 0) {
                        int from = at + "\"cursor\":\"".length();
                        cursor = "&cursor=" + body.substring(from, body.indexOf('"', from));
                    }
                }
            }
        } catch (IOException e) {
            synchronized (failures) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private String answer(InputStream in) throws IOException {
        int length = -1;
        long read = 0;
        String status = "";
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            read += line.length() + 2;
            status = status.isEmpty() ? line : status;
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).trim());
            }
        }
        if (!status.contains(" 200 ") || length < 0) {
            throw new IOException("a poll was answered: " + status);
        }
        byte[] body = in.readNBytes(length);
        bytes.add(read + 2 + length);
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection ended");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    long answers() {
        return answers.sum();
    }

    /** Of requests and answers, headers included. */
    long bytes() {
        return bytes.sum();
    }

    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void close() {
        running = false;
        threads.shutdownNow();
    }
}
