package io.essaim.server.events;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where events survive the process, or nowhere. Event sequencer only. */
interface Journal extends AutoCloseable {
    /**
     * Writes the group, of which nobody is told before. One at a time.
     *
     * @param done is called on the sequencer's thread, with what went wrong or null
     */
    void commit(Group group, Consumer<@Nullable Exception> done);

    /** These events need not survive any more. */
    void trimmed(Room room, long offset);

    @Override
    void close();

    /** The memory of this process, which takes no time. */
    Journal NONE = new Journal() {
        @Override
        public void commit(Group group, Consumer<@Nullable Exception> done) {
            done.accept(null);
        }

        @Override
        public void trimmed(Room room, long offset) {}

        @Override
        public void close() {}
    };
}
