/** Events as values: what they are, how they are chosen and how they are filtered. */
@NullMarked
package io.essaim.protocol.events;

import org.jspecify.annotations.NullMarked;
