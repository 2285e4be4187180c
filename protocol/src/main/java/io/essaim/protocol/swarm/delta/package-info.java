/** The form {@code delta}: frames as what prediction leaves of them. Imports nothing but the JDK. */
@NullMarked
package io.essaim.protocol.swarm.delta;

import org.jspecify.annotations.NullMarked;
