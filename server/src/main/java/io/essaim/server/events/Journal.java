package io.essaim.server.events;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where events survive the process, or nowhere. Event sequencer only. */
interface Journal extends Rooms.TrimListener, AutoCloseable {
    /**
     * Writes the group, of which nobody is told before, and lets go what was trimmed. One at a time; the group may be empty.
     *
     * @param done is called on the sequencer's thread, with what went wrong or null
     */
    void commit(Group group, Consumer<@Nullable Exception> done);

    /** After a commit that failed: whether it is time for another one, which is then to be made. */
    boolean mayTry();

    /** Whether there is something to be written besides events. */
    boolean hasChanges();

    /** Waits for what is being written. */
    @Override
    void close();

    /** The memory of this process, which takes no time. */
    Journal NONE = new Journal() {
        @Override
        public void commit(Group group, Consumer<@Nullable Exception> done) {
            done.accept(null);
        }

        @Override
        public boolean mayTry() {
            return true;
        }

        @Override
        public boolean hasChanges() {
            return false;
        }

        @Override
        public void onTrimmed(String room, long offset) {}

        @Override
        public void onResumed(String room, long trimmedTo) {}

        @Override
        public void onForgotten(String room, long forgottenTo) {}

        @Override
        public void close() {}
    };
}
