/**
 * The binary form of every message: a thin layer over the codecs that sbe-tool makes of {@code sbe/essaim.xml}. The only
 * part of the protocol that sees Agrona.
 */
@NullMarked
package io.essaim.protocol.sbe;

import org.jspecify.annotations.NullMarked;
