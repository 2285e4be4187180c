/** Where the swarm's state comes from, and the clock that advances it. Pure steps: time and seed come from outside. */
@NullMarked
package io.essaim.server.swarm;

import org.jspecify.annotations.NullMarked;
