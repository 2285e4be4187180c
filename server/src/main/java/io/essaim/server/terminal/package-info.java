/**
 * Commands that look at a stream from outside, in a terminal: {@code watch}, over the Java client, and {@code inspect}, by the
 * schema. They are clients: nothing here knows the server.
 */
@NullMarked
package io.essaim.server.terminal;

import org.jspecify.annotations.NullMarked;
