/** What views of parts of the swarm cost, and whether each shows what it should. */
@NullMarked
package io.essaim.bench.views;

import org.jspecify.annotations.NullMarked;
