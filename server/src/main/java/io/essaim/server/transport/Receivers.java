package io.essaim.server.transport;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;

/**
 * Says who takes the messages of viewers, and how large these may be. There is one in a server that is deployed; tests of
 * the pipeline put another in its place.
 */
interface Receivers {
    /** The sessions themselves, and the bound that is set. */
    Receivers SESSIONS = new Receivers() {
        @Override
        public Receiver of(ClientSession session) {
            return session;
        }

        @Override
        public int messageBytesMax(Configuration configuration) {
            return configuration.get(Settings.MAX_MESSAGE).bytesAsInt();
        }
    };

    /** Who takes the messages of this session's client. */
    Receiver of(ClientSession session);

    /** Bytes of a message, inflated and whole. */
    int messageBytesMax(Configuration configuration);
}
