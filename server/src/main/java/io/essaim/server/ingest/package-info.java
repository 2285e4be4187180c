/**
 * What producers send becomes the swarm: one thread decodes, keeps the seat of the one producer that has the stream, and
 * hands states on. Knows no socket.
 */
@NullMarked
package io.essaim.server.ingest;

import org.jspecify.annotations.NullMarked;
