package io.essaim.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * What the viewers' connections turned out to be.
 *
 * @param tls protocol and cipher suite; null without TLS
 * @param deflated connections with permessage-deflate
 * @param undeflated those on which it was offered, and declined
 * @param delta those that got frames of the form delta
 */
public record WireUse(@Nullable String tls, int deflated, int undeflated, int delta) {
    /** Neither TLS nor compression. */
    static final WireUse PLAIN = new WireUse(null, 0, 0, 0);

    /** Whether all of them have permessage-deflate. */
    public boolean isDeflated() {
        return deflated > 0 && undeflated == 0;
    }
}
