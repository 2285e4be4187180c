/** Swarms to measure with: the server's own sources, recorded files, and motion that is hard to predict. */
@NullMarked
package io.essaim.bench.motion;

import org.jspecify.annotations.NullMarked;
