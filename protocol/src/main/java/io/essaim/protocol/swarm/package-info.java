/**
 * The swarm's state as integers on an announced grid, over arrays and plain buffers only, so that a client needs neither
 * Agrona nor JVM flags.
 */
@NullMarked
package io.essaim.protocol.swarm;

import org.jspecify.annotations.NullMarked;
