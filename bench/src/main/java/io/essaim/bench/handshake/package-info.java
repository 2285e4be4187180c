/** What it costs to let somebody in. */
@NullMarked
package io.essaim.bench.handshake;

import org.jspecify.annotations.NullMarked;
