/** Each peer in a process of its own, watched by clients that know nothing of its library. */
@NullMarked
package io.essaim.bench.peers;

import org.jspecify.annotations.NullMarked;
