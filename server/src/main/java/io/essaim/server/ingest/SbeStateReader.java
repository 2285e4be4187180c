package io.essaim.server.ingest;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.IdSet;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a roster and the frames that name it. */
final class SbeStateReader implements StateReader {
    private final SbeDecoder decoder;
    private final IdSet idSet;
    private final String sphere;

    /** As the producer sent it; null until it did, and once it sent one that is none. */
    private @Nullable Roster sent;

    /** What {@link #sent} became in the stream, and of which roster there; null when that is not known yet. */
    private @Nullable Roster streamed;

    /**
     * Both tools are the thread's, shared by all its readers.
     *
     * @param sphere of agents whose label is empty
     */
    SbeStateReader(SbeDecoder decoder, IdSet idSet, String sphere) {
        this.decoder = decoder;
        this.idSet = idSet;
        this.sphere = sphere;
    }

    @Override
    public void roster(byte[] message) throws MalformedMessageException {
        sent = null;
        streamed = null;
        if (!(decoder.decode(message) instanceof Message.RosterMessage decoded)) {
            throw new IllegalArgumentException("that message is no roster");
        }
        Roster roster = decoded.roster();
        int[] ids = new int[roster.agentCount()];
        int[] sphereOf = new int[roster.agentCount()];
        for (int agent = 0; agent < ids.length; agent++) {
            ids[agent] = (int) roster.id(agent);
            sphereOf[agent] = roster.sphereIndex(agent);
        }
        int repeated = idSet.firstRepeated(ids, ids.length);
        if (repeated >= 0) {
            throw new MalformedMessageException("agents[" + repeated + "].agentId is " + roster.id(repeated)
                    + ", which an agent before it has already");
        }
        if (roster.spheres().contains("")) {
            List<String> labels = roster.spheres().stream()
                    .map(label -> label.isEmpty() ? sphere : label)
                    .toList();
            roster = new Roster(roster.version(), labels, ids, sphereOf);
        }
        sent = roster;
    }

    @Override
    public Roster state(byte[] message, SwarmFrame frame, Roster known) throws MalformedMessageException {
        decoder.decodeFrame(message, frame);
        Roster roster = sent;
        if (roster == null || roster.version() != frame.rosterVersion()) {
            throw new MalformedMessageException("rosterVersion is " + frame.rosterVersion() + ", the newest roster is "
                    + (roster == null ? "missing" : roster.version()) + "; send its roster before a frame");
        }
        if (roster.agentCount() != frame.agentCount()) {
            throw new MalformedMessageException("agents has " + frame.agentCount() + " entries, roster "
                    + roster.version() + " has " + roster.agentCount());
        }
        if (streamed == null || streamed != known) {
            streamed = roster.hasSameAgents(known) ? known : roster.withVersion((known.version() + 1) & 0xFFFF);
        }
        return streamed;
    }
}
