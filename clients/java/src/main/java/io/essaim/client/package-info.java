/**
 * A viewer of a swarm in plain Java: the JDK's own WebSocket and hand-written little-endian offsets. Needs neither Agrona
 * nor any JVM flag, so nothing here may touch {@code io.essaim.protocol.sbe}.
 */
@NullMarked
package io.essaim.client;

import org.jspecify.annotations.NullMarked;
