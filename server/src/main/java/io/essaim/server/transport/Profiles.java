package io.essaim.server.transport;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.events.EventNames;
import io.essaim.server.config.EventSettings;
import io.essaim.server.events.EventEncoding;
import io.essaim.server.profile.DashboardMessages;
import io.essaim.server.profile.SenecaEncoding;
import io.essaim.server.profile.SenecaMessages;
import io.essaim.server.profile.SimulationEncoding;
import io.essaim.server.profile.SimulationMessages;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The profiles of one event loop: those of a kind share theirs, and with it the bytes. */
final class Profiles {
    private final Map<Subprotocol, Profile> own = new EnumMap<>(Subprotocol.class);
    private final Map<EventProfile, Profile> others = new EnumMap<>(EventProfile.class);

    Profiles(ServerContext server) {
        boolean unknownPass = server.passesUnknownFields();
        for (Subprotocol subprotocol : Subprotocol.values()) {
            own.put(subprotocol, new OwnProfile(MessageCodec.of(subprotocol, unknownPass)));
        }
        MessageCodec json = MessageCodec.of(Subprotocol.JSON, unknownPass);
        Profile plain = new OwnProfile(json);
        others.put(
                EventProfile.DASHBOARD,
                new Dashboard(plain, server.configuration().get(EventSettings.GREETING)));
        others.put(EventProfile.SIMULATION, new Simulation(json, server.time()));
        others.put(EventProfile.SENECA, new Seneca(json, new SenecaEncoding(server.transforms())));
    }

    /** @param subprotocol what the connection speaks; those of others speak JSON */
    Profile of(EventProfile profile, Subprotocol subprotocol) {
        Profile found = profile == EventProfile.ESSAIM ? own.get(subprotocol) : others.get(profile);
        if (found == null) {
            throw new AssertionError(profile + " " + subprotocol);
        }
        return found;
    }

    /** Those that it is in that names none. */
    static List<String> rooms(EventProfile profile) {
        return profile == EventProfile.SENECA
                ? List.of(EventNames.DEFAULT_ROOM, EventNames.OBSERVERS_ROOM)
                : List.of(EventNames.DEFAULT_ROOM);
    }

    /**
     * To who names a cursor it is said whether all could be had since, and to who is not permitted all of the profile's rooms
     * in which it is; others of these need not know the message.
     */
    private static List<byte[]> answer(MessageCodec codec, Message.SubscribedEvents granted, boolean fewerRooms) {
        return granted.unrecovered() == null && !fewerRooms ? List.of() : List.of(codec.encode(granted));
    }

    /** @param greeting the words of it */
    private record Dashboard(Profile plain, String greeting, DashboardMessages messages) implements Profile {
        Dashboard(Profile plain, String greeting) {
            this(plain, greeting, new DashboardMessages());
        }

        @Override
        public MessageCodec codec() {
            return plain.codec();
        }

        @Override
        public EventEncoding events() {
            return plain.events();
        }

        @Override
        public List<byte[]> greeting(Message.Connected connected) {
            return List.of(messages.greeting(connected.clientId(), greeting, connected.timeMicros()));
        }

        @Override
        public List<byte[]> granted(Message.Connected connected, Message.SubscribedEvents granted, boolean fewerRooms) {
            return answer(codec(), granted, fewerRooms);
        }
    }

    /** @param codec of what it sends, which is the protocol's own */
    private record Simulation(MessageCodec codec, EventEncoding events) implements Profile {
        Simulation(MessageCodec json, TimeSource time) {
            this(new Enveloped(json, new SimulationMessages(), time), new SimulationEncoding(time));
        }

        @Override
        public List<byte[]> greeting(Message.Connected connected) {
            return List.of();
        }

        @Override
        public List<byte[]> granted(Message.Connected connected, Message.SubscribedEvents granted, boolean fewerRooms) {
            return answer(codec, granted, fewerRooms);
        }
    }

    /** Reads the protocol's own JSON, and writes envelopes. */
    private record Enveloped(MessageCodec json, SimulationMessages envelopes, TimeSource time) implements MessageCodec {
        @Override
        public int opcode() {
            return json.opcode();
        }

        @Override
        public byte[] encode(Message.FromServer message) {
            return envelopes.encode(message, time.epochMicros());
        }

        @Override
        public Message.FromClient decode(byte[] payload) throws MalformedMessageException {
            return json.decode(payload);
        }
    }

    private record Seneca(MessageCodec codec, EventEncoding events, SenecaMessages messages) implements Profile {
        Seneca(MessageCodec codec, EventEncoding events) {
            this(codec, events, new SenecaMessages());
        }

        @Override
        public boolean isGreetedWhenGranted() {
            return true;
        }

        /** It says which rooms it is in, which is not known yet. */
        @Override
        public List<byte[]> greeting(Message.Connected connected) {
            return List.of();
        }

        @Override
        public List<byte[]> granted(Message.Connected connected, Message.SubscribedEvents granted, boolean fewerRooms) {
            List<byte[]> said = new ArrayList<>();
            said.add(messages.greeting(
                    connected.clientId(),
                    connected.timeMicros(),
                    granted.interest().rooms(),
                    granted.cursor()));
            // Its greeting says in which rooms it is.
            said.addAll(answer(codec, granted, false));
            return said;
        }
    }
}
