/** What several tests need: conditions, measurements, files from outside. */
@NullMarked
package io.essaim.server.testing;

import org.jspecify.annotations.NullMarked;
