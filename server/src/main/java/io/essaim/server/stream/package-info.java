/** Feeds turn each tick into bytes once; the fan-out hands the same bytes to every subscriber. Knows no socket. */
@NullMarked
package io.essaim.server.stream;

import org.jspecify.annotations.NullMarked;
