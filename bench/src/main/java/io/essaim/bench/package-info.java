/** Measures the rest; nothing depends on it. */
@NullMarked
package io.essaim.bench;

import org.jspecify.annotations.NullMarked;
