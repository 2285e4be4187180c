/** The forms that a frame could have been given, written by the libraries that one would take: for their sizes. */
@NullMarked
package io.essaim.bench.size;

import org.jspecify.annotations.NullMarked;
