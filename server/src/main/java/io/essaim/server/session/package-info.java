/** Who is connected, and how many may be. */
@NullMarked
package io.essaim.server.session;

import org.jspecify.annotations.NullMarked;
