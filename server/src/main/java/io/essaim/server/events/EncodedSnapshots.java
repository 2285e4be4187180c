package io.essaim.server.events;

import io.essaim.protocol.Message;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The bytes of snapshots in the encodings of one event loop: they may be megabytes, and those who get the same one share
 * them. Kept as long as somebody else has them. Event loop only.
 */
final class EncodedSnapshots {
    private record Encoded(WeakReference<Message.Snapshot> snapshot, WeakReference<byte[]> bytes) {}

    // event loop
    /** The last one in each encoding. */
    private final Map<EventEncoding, Encoded> last = new WeakHashMap<>();

    byte[] bytes(EventEncoding encoding, Message.Snapshot snapshot) {
        Encoded before = last.get(encoding);
        if (before != null && before.snapshot().refersTo(snapshot)) {
            byte[] bytes = before.bytes().get();
            if (bytes != null) {
                return bytes;
            }
        }
        byte[] bytes = encoding.snapshot(snapshot);
        last.put(encoding, new Encoded(new WeakReference<>(snapshot), new WeakReference<>(bytes)));
        return bytes;
    }
}
