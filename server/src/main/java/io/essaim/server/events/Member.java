package io.essaim.server.events;

import java.util.List;

/**
 * Somebody who is in rooms.
 *
 * @param loop of its event loop
 * @param rooms sorted, each once
 * @param presence whether it is told who else comes and goes
 */
record Member(String clientId, LoopQueue loop, List<String> rooms, boolean presence) {}
