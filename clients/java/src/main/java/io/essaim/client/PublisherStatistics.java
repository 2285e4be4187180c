package io.essaim.client;

/**
 * What a producer counted since it connected; read at one moment.
 *
 * @param statesSent handed to the socket
 * @param statesDropped replaced by a newer one before the socket could take them
 * @param rostersSent how often the agents changed, the first time included
 * @param errors that the server told of
 */
public record PublisherStatistics(long statesSent, long statesDropped, long rostersSent, long errors) {}
