/** What the server counts and how it shows it. */
@NullMarked
package io.essaim.server.observe;

import org.jspecify.annotations.NullMarked;
