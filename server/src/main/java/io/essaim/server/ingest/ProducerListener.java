package io.essaim.server.ingest;

/** Hears what became of a producer's states. Called on the thread {@code ingest}; must not block. */
public interface ProducerListener {
    /** A state is in the stream. */
    void onTaken();

    /** A message was no state. */
    void onMalformed(String reason);

    /** A message of text is not UTF-8, which ends a connection. */
    void onNotUtf8();

    /**
     * The state was not looked at, since somebody else has the stream.
     *
     * @param streaming who
     */
    void onOccupied(String streaming);
}
