package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Uses the client in a JVM of its own, where there is nothing but the client and the protocol. */
final class BareJvmMain {
    private BareJvmMain() {}

    /** @param args where to publish and to watch, then files to decode, frames or messages; prints one line each */
    public static void main(String[] args) throws Exception {
        if (isPresent("org.agrona.DirectBuffer") || isPresent("com.fasterxml.jackson.core.JsonFactory")) {
            throw new IllegalStateException("the class path is not bare");
        }
        publish(URI.create(args[0]));
        watch(URI.create(args[1]));
        PlainDecoder decoder = new PlainDecoder();
        for (String file : Arrays.asList(args).subList(2, args.length)) {
            switch (decoder.open(ByteBuffer.wrap(Files.readAllBytes(Path.of(file))))) {
                case FRAME -> {
                    SwarmFrame frame = new SwarmFrame();
                    decoder.readFrame(frame);
                    System.out.println("frame " + frame.sequence() + " of " + frame.agentCount());
                }
                case MESSAGE -> {
                    Message message = decoder.readMessage();
                    System.out.println(message.getClass().getSimpleName());
                }
                case KEYFRAME, DELTA_FRAME -> {
                    CodedFrame frame = new CodedFrame();
                    decoder.readCoded(frame);
                    System.out.println(
                            "coded " + frame.sequence() + " of " + frame.coded().remaining());
                }
                case BATCH, UNKNOWN -> System.out.println("unknown");
            }
        }
        askForEvents();
    }

    private static void askForEvents() {
        EventFilter filter = new EventFilter(Map.of("data.status", List.of("busy")));
        EventInterest interest = new EventInterest(List.of("general"), List.of(), filter);
        ByteBuffer request =
                EventRequests.subscribeEvents(new Message.SubscribeEvents("1", interest, null, false, false));
        System.out.println("asked for events by " + request.remaining() + " bytes");
    }

    private static void publish(URI uri) {
        try (SwarmPublisher publisher = SwarmPublisher.connect(uri, PublisherOptions.DEFAULT, PublisherListener.NONE)
                .join()) {
            double[] zero = {0, 0};
            publisher.publish(new long[] {1, 2}, new String[] {"a", "b"}, zero, zero, zero, zero);
            System.out.println("published " + publisher.statistics().statesSent());
        }
    }

    private static void watch(URI uri) throws IOException, InterruptedException {
        try (SwarmFrames frames = SwarmClient.frames(uri, ClientOptions.DEFAULT)) {
            for (SwarmSnapshot frame : frames) {
                System.out.println("saw " + frame.sequence() + ", " + frame.sphere(1) + " at " + frame.x(1));
            }
        }
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
