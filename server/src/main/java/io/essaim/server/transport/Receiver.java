package io.essaim.server.transport;

/** Takes what one viewer sends, behind everything that guards its connection. On its event loop. */
interface Receiver {
    /** The connection is open, and what comes first may be sent. */
    void begin();

    /** Takes a message, decoded as RFC 6455 has it. */
    void onText(String text);

    /** Likewise. */
    void onBinary(byte[] payload);
}
