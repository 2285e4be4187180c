/** Servers that a user might pick instead of Essaim, each doing the same work in a process of its own. */
@NullMarked
package io.essaim.bench.peers;

import org.jspecify.annotations.NullMarked;
