package io.essaim.server.transport;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;

/**
 * Says what takes the messages of viewers who are let in, and how large these may be. In a server it is their sessions;
 * tests of the pipeline put something else behind it.
 */
interface Receivers {
    /** The sessions themselves, and the bound that is set. */
    Receivers SESSIONS = new Receivers() {
        @Override
        public ViewerSession of(ClientSession client) {
            return client;
        }

        @Override
        public int messageBytesMax(Configuration configuration) {
            return configuration.get(Settings.MAX_MESSAGE).bytesAsInt();
        }
    };

    /** What takes the messages of this client. */
    ViewerSession of(ClientSession client);

    /** Bytes of a message, inflated and whole. */
    int messageBytesMax(Configuration configuration);
}
