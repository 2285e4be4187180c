/** The program: its command line, and the server put together and taken apart in order. */
@NullMarked
package io.essaim.server;

import org.jspecify.annotations.NullMarked;
