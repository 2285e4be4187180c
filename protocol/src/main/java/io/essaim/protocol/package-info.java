/** Messages as values, subprotocol names, close codes and limits: what a client and the server have to agree on. */
@NullMarked
package io.essaim.protocol;

import org.jspecify.annotations.NullMarked;
