/**
 * A viewer and a producer of a swarm in plain Java: the JDK's own WebSocket and hand-written little-endian offsets. Needs
 * neither Agrona nor any JVM flag, so nothing here may touch {@code io.essaim.protocol.sbe}.
 *
 * <p>To watch, by a loop: {@link io.essaim.client.SwarmClient#frames}; by callbacks, without a copy:
 * {@link io.essaim.client.SwarmClient#connect}. To publish: {@link io.essaim.client.SwarmPublisher}. To
 * follow and publish events: {@link io.essaim.client.EventStream}.
 */
@NullMarked
package io.essaim.client;

import org.jspecify.annotations.NullMarked;
