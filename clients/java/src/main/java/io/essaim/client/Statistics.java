package io.essaim.client;

/**
 * What a client counted since it connected; read at one moment, each count by itself.
 *
 * @param frames handed to the listener; those that only bring a decoder up to date are none
 * @param framesSkipped ticks of the client's stride that never came: the server left them out for want of room
 * @param framesDiscarded came but named a roster that is not the newest one here or, in the form delta, before a keyframe
 * @param messagesUnknown of a newer schema
 * @param bytes of all messages, without WebSocket headers
 */
public record Statistics(long frames, long framesSkipped, long framesDiscarded, long messagesUnknown, long bytes) {}
