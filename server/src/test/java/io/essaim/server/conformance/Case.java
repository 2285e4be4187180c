package io.essaim.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One case of a client's behaviour, and what a server has to do.
 *
 * @param number by which the Autobahn test suite knows it
 * @param offer of extensions in the handshake; empty for none
 * @param ending how the connection ends
 * @param codes that the server's close frame may have
 * @param arrivals what comes back before
 */
record Case(
        String number,
        String title,
        String offer,
        Script script,
        Ending ending,
        List<Integer> codes,
        List<Arrival> arrivals) {
    private static final int NORMAL = 1000;

    /** What the client sends. */
    @FunctionalInterface
    interface Script {
        void run(Peer peer) throws IOException;
    }

    enum Ending {
        /** When all has come back the client closes, and the server answers and ends the connection. */
        BY_CLIENT,
        /** The script closes; what of the rest is answered is told by what comes back. */
        BY_SCRIPT,
        /** The server fails the connection: a close frame with its code, and the end. */
        BY_SERVER
    }

    /** All is well, and these come back. */
    static Case echoed(String number, String title, Script script, Arrival... arrivals) {
        return new Case(number, title, "", script, Ending.BY_CLIENT, List.of(NORMAL), Arrays.asList(arrivals));
    }

    /** The connection is failed with this code, after these came back. */
    static Case failed(String number, String title, int code, Script script, Arrival... arrivals) {
        return new Case(number, title, "", script, Ending.BY_SERVER, List.of(code), Arrays.asList(arrivals));
    }

    /** The client closes, and is answered with one of these codes. */
    static Case closed(String number, String title, List<Integer> codes, Script script, Arrival... arrivals) {
        return new Case(number, title, "", script, Ending.BY_SCRIPT, codes, Arrays.asList(arrivals));
    }

    /** The same over a connection whose handshake offers extensions. */
    Case offering(String extensions) {
        return new Case(number, title, extensions, script, ending, codes, arrivals);
    }

    String displayName() {
        return number + " " + title;
    }

    void run(Peer peer) throws IOException {
        switch (ending) {
            case BY_CLIENT -> {
                script.run(peer);
                List<Arrival> came = new ArrayList<>();
                for (int i = 0; i < arrivals.size(); i++) {
                    came.add(peer.read());
                }
                assertThat(came).isEqualTo(arrivals);
                peer.inChopsOf(0).close(NORMAL);
                assertEnds(peer);
            }
            case BY_SCRIPT -> {
                script.run(peer);
                assertEnds(peer);
            }
            case BY_SERVER -> {
                try {
                    script.run(peer);
                } catch (IOException e) {
                    // Failed at once, while the rest was still being sent: what follows says whether rightly.
                    assertThat(e).isInstanceOf(SocketException.class);
                }
                assertEnds(peer);
            }
        }
    }

    /** Whether it goes wrong as a whole, so that what else is said does not matter. */
    boolean isViolation() {
        return ending == Ending.BY_SERVER || (ending == Ending.BY_SCRIPT && !codes.contains(NORMAL));
    }

    /** Runs a violation against a server that has words of its own, and may wait for its close frame to be answered. */
    void runRefused(Peer peer) throws IOException {
        try {
            script.run(peer);
        } catch (SocketException e) {
            assertThat(ending).isEqualTo(Ending.BY_SERVER);
        }
        Arrival last = peer.readOrEnd();
        while (!last.endsMessages()) {
            last = peer.readOrEnd();
        }
        assertThat(last).isIn(codes.stream().map(Arrival::close).toList());
        peer.answerClose();
        assertThat(peer.readOrEnd()).as("after the close frame").isEqualTo(Arrival.END);
    }

    private void assertEnds(Peer peer) throws IOException {
        List<Arrival> came = new ArrayList<>();
        Arrival last = peer.readOrEnd();
        while (!last.endsMessages()) {
            came.add(last);
            last = peer.readOrEnd();
        }
        assertThat(came).isEqualTo(ending == Ending.BY_CLIENT ? List.of() : arrivals);
        assertThat(last).isIn(codes.stream().map(Arrival::close).toList());
        assertThat(peer.readOrEnd()).as("after the close frame").isEqualTo(Arrival.END);
    }
}
