/** HTTP routes, handshake and sockets: the only importer of Vert.x and Netty. */
@NullMarked
package io.essaim.server.transport;

import org.jspecify.annotations.NullMarked;
