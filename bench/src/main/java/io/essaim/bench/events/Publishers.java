package io.essaim.bench.events;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The publishers of a load, at work from when they are made until they are stopped. One thread. */
final class Publishers implements AutoCloseable {
    private static final long ANSWER_SECONDS_MAX = 60;

    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Future<Long>> answers = new ArrayList<>();
    private final ExecutorService threads;

    Publishers(int port, EventLoad load) {
        threads = Executors.newFixedThreadPool(load.publishers());
        for (int number = 0; number < load.publishers(); number++) {
            Publisher publisher = new Publisher(port, load, number);
            publishers.add(publisher);
            answers.add(threads.submit(publisher));
        }
    }

    /** Events handed to sockets so far. */
    long sent() {
        return publishers.stream().mapToLong(Publisher::sent).sum();
    }

    /** The most that one of them was behind its schedule. */
    long latestNanos() {
        return publishers.stream().mapToLong(Publisher::latestNanos).max().orElse(0);
    }

    /**
     * Stops them all; returns how many events each sent, once the server has acknowledged them.
     *
     * @throws IOException when it refused one
     */
    List<Long> stop() throws IOException, InterruptedException {
        publishers.forEach(Publisher::stop);
        List<Long> sent = new ArrayList<>();
        for (Future<Long> answer : answers) {
            try {
                sent.add(answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
            } catch (java.util.concurrent.TimeoutException e) {
                throw new IOException("a publisher got no answer within " + ANSWER_SECONDS_MAX + " s", e);
            }
        }
        return sent;
    }

    @Override
    public void close() {
        publishers.forEach(Publisher::stop);
        threads.shutdownNow();
    }
}
