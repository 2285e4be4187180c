package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.server.events.EventEncoding;
import java.util.List;

/** How one kind of client is spoken to. One per event loop: not thread-safe. */
interface Profile {
    /** The messages beside events and frames in its shape: errors, heartbeats, pongs, answers. */
    MessageCodec codec();

    /** Events in its shape. */
    EventEncoding events();

    /** Whether it is greeted by {@link #granted}: all else that it is told waits for that. */
    default boolean isGreetedWhenGranted() {
        return false;
    }

    /** What is said first of all. */
    List<byte[]> greeting(Message.Connected connected);

    /**
     * What is said when the events are granted that the URL, or the endpoint, asks for; before the first of them.
     *
     * @param fewerRooms whether it is in fewer rooms than all of this kind are that name none
     */
    List<byte[]> granted(Message.Connected connected, Message.SubscribedEvents granted, boolean fewerRooms);
}
