package io.essaim.bench.peers;

import java.net.InetAddress;

/** A server whose work is to send one message to all of its clients at every tick. */
interface Peer {
    /** How many connections may wait to be accepted, where a library lets one say so. The kernel may allow fewer. */
    int BACKLOG = 4096;

    InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /**
     * Listens on the loopback address.
     *
     * @param port 0 for any
     * @return the port, once clients can connect to it
     */
    int start(int port) throws Exception;

    /**
     * Sends to every client that is connected. Called by the tick thread only, and must not wait for any client.
     *
     * @param message nobody writes to it any more, so it may be shared and kept
     */
    void send(byte[] message);
}
