/**
 * What happens, in order, to whoever is interested: the log, who may have what of it, and how it leaves.
 *
 * <pre>
 *  publishers ──► EventBus ──► sequencer ──► EventLog, one per room ──► LoopQueue ──► EventFanOut ──► EventSubscriber ──► socket
 *                 any thread    one thread    offsets, epoch             one per       one per loop:    outbox: bounded,
 *                               order         what is kept               event loop    rooms, windows   lowest goes first
 * </pre>
 */
@NullMarked
package io.essaim.server.events;

import org.jspecify.annotations.NullMarked;
