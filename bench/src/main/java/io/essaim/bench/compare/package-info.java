/** Runs servers one after the other under the same load: Essaim beside others, and Essaim at many sizes. */
@NullMarked
package io.essaim.bench.compare;

import org.jspecify.annotations.NullMarked;
