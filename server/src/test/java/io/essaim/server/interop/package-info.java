/** Essaim as others meet it: through their clients, their proxy, a browser, the launcher, a container. */
@NullMarked
package io.essaim.server.interop;

import org.jspecify.annotations.NullMarked;
