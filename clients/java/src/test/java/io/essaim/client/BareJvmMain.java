package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decodes a golden file in a JVM of its own, where there is nothing but the client and the protocol. */
final class BareJvmMain {
    private BareJvmMain() {}

    /** @param args files to decode, frames or messages; prints one line each */
    public static void main(String[] args) throws Exception {
        if (isPresent("org.agrona.DirectBuffer") || isPresent("com.fasterxml.jackson.core.JsonFactory")) {
            throw new IllegalStateException("the class path is not bare");
        }
        PlainDecoder decoder = new PlainDecoder();
        for (String file : args) {
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
                case UNKNOWN -> System.out.println("unknown");
            }
        }
        // Linked here with all it refers to, the WebSocket included.
        Class.forName("io.essaim.client.SwarmClient", true, BareJvmMain.class.getClassLoader());
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
