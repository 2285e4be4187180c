/** The JSON form of every message: a writer of our own, because frames go out 60 times a second, and a kept parser. */
@NullMarked
package io.essaim.protocol.json;

import org.jspecify.annotations.NullMarked;
