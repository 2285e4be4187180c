package io.essaim.server.events;

import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distributions;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.swarm.TimeSource;
import java.io.IOException;
import java.util.function.LongSupplier;

/** The events of one server: bus, sequencer, log and store, put together. Started and stopped by one thread. */
public final class EventService implements AutoCloseable {
    private EventService() {}

    /**
     * @param sequence the newest tick of the swarm, for any thread
     * @throws IOException when the store cannot be read
     */
    public static EventService start(
            EventLimits limits,
            LongSupplier sequence,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors)
            throws IOException {
        return new EventService();
    }

    public EventBus bus() {
        throw new UnsupportedOperationException();
    }

    public EventLogAccess log() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
