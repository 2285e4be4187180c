package io.essaim.server.events;

import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A log as it is when the server starts: empty, or what the store holds of it.
 *
 * @param newest the next event is numbered after this
 */
record OpenLog(long epoch, long newest, Rooms rooms, Journal journal) {
    /**
     * @param newEpoch of a log that begins
     * @throws IOException in words for whoever runs the server
     */
    static OpenLog open(
            EventLimits limits,
            long newEpoch,
            PublishQueue queue,
            KnownIds known,
            StatusBoard statuses,
            TimeSource time,
            Counters counters)
            throws IOException {
        if (limits.store().isEmpty()) {
            return new OpenLog(newEpoch, 0, new Rooms(limits, counters, Journal.NONE), Journal.NONE);
        }
        Path path = limits.store().get();
        StoreFile file = StoreFile.open(path, limits.storeSync(), newEpoch);
        try {
            StoreJournal journal =
                    new StoreJournal(new EventStore(file), queue, new StoreBreaker(time, counters), counters);
            Rooms rooms = new Rooms(limits, counters, journal);
            new StoreLoader(file, rooms, known, statuses).load(path);
            journal.start();
            return new OpenLog(file.epoch(), file.newest(), rooms, journal);
        } catch (IOException e) {
            file.abandon();
            throw e;
        } catch (SQLException e) {
            file.abandon();
            throw new IOException(path + " cannot be read (" + e.getMessage() + ')', e);
        }
    }
}
