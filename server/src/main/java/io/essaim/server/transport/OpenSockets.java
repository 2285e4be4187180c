package io.essaim.server.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The WebSockets of all event loops, for who wants to see them. Any thread. */
final class OpenSockets {
    /**
     * One that is let in.
     *
     * @param clientId as it calls itself, or is called
     * @param connectedMicros when it came, microseconds since 1970
     * @param messagesSent to it, frames among them
     */
    record Socket(String clientId, long connectedMicros, long messagesSent) {}

    /**
     * Those of one loop, or of all.
     *
     * @param count of all that are open
     * @param first those that came first, by when
     */
    record Report(int count, List<Socket> first) {
        Report {
            first = List.copyOf(first);
        }
    }

    private record Loop(Context context, Sessions sessions) {}

    // any thread
    private final List<Loop> loops = new CopyOnWriteArrayList<>();

    /** Of an event loop that begins to accept. */
    void add(Context context, Sessions sessions) {
        loops.add(new Loop(context, sessions));
    }

    /**
     * Asks each loop on its own thread.
     *
     * @param socketsMax that are told one by one
     * @return completed on any thread; never on a loop that has ended meanwhile
     */
    Future<Report> report(int socketsMax) {
        List<Future<Report>> asked = new ArrayList<>();
        for (Loop loop : loops) {
            Promise<Report> answer = Promise.promise();
            loop.context().runOnContext(on -> answer.complete(loop.sessions().report(socketsMax)));
            asked.add(answer.future());
        }
        return Future.all(asked).map(all -> together(all.list(), socketsMax));
    }

    private static Report together(List<Report> reports, int socketsMax) {
        int count = 0;
        List<Socket> sockets = new ArrayList<>();
        for (Report report : reports) {
            count += report.count();
            sockets.addAll(report.first());
        }
        return new Report(
                count,
                sockets.stream()
                        .sorted(Comparator.comparingLong(Socket::connectedMicros))
                        .limit(socketsMax)
                        .toList());
    }
}
