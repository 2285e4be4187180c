package io.essaim.bench.result;

import java.util.List;

/**
 * How costs grow with agents and with clients.
 *
 * @param byAgents at a fixed number of clients
 * @param byClients at a fixed number of agents
 */
public record GrowthResult(
        Environment environment, String command, List<LoadResult> byAgents, List<LoadResult> byClients)
        implements Result {}
