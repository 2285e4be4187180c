package io.essaim.bench.load;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between viewers and a server and does one thing wrong, to one swarm frame in so many over all the connections it
 * is to disturb. Everything else goes through as it came.
 */
final class FaultyProxy implements AutoCloseable {
    private static final byte[] JSON_FRAME = "{\"type\":\"swarm_update\"".getBytes(StandardCharsets.US_ASCII);
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int SCHEMA_ID = 8001;
    private static final int DELTA_FRAME = 4;

    /** What is wrong with it. */
    enum Fault {
        NONE,
        DROPS,
        REPEATS,
        REORDERS,
        CORRUPTS,
        HOLDS_ALL_ONCE
    }

    /** Whose frames are counted and disturbed. */
    enum Victim {
        VIEWERS,
        /** The one that connects first. */
        FIRST_VIEWER,
        /** The connection made by the JDK's client, which says so in its request. */
        REFERENCE
    }

    private final ServerSocket listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final Fault fault;
    private final long every;
    private final Victim victim;
    private final UnaryOperator<byte[]> corruption;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicBoolean firstHasCome = new AtomicBoolean();
    private final AtomicLong faults = new AtomicLong();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock holding = new ReentrantReadWriteLock();
    private final PauseMeter pauses = new PauseMeter();

    private FaultyProxy(int serverPort, Fault fault, long every, Victim victim, UnaryOperator<byte[]> corruption)
            throws IOException {
        this.serverPort = serverPort;
        this.fault = fault;
        this.every = every;
        this.victim = victim;
        this.corruption = corruption;
        pauses.start();
        start("proxy-accept", this::accept);
    }

    static FaultyProxy that(Fault fault, long every, int serverPort) throws IOException {
        return that(fault, every, serverPort, Victim.VIEWERS);
    }

    static FaultyProxy that(Fault fault, long every, int serverPort, Victim victim) throws IOException {
        return new FaultyProxy(serverPort, fault, every, victim, UnaryOperator.identity());
    }

    /** @param corruption changes the payload of a frame */
    static FaultyProxy thatCorrupts(UnaryOperator<byte[]> corruption, long every, int serverPort, Victim victim)
            throws IOException {
        return new FaultyProxy(serverPort, Fault.CORRUPTS, every, victim, corruption);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Swarm frames of those it disturbs, so far. */
    long frames() {
        return frames.get();
    }

    /** How often it did wrong. */
    long faults() {
        return faults.get();
    }

    private void accept() throws IOException {
        while (!listening.isClosed()) {
            Socket viewer = listening.accept();
            Socket server = new Socket(listening.getInetAddress(), serverPort);
            for (Socket socket : new Socket[] {viewer, server}) {
                socket.setTcpNoDelay(true);
                sockets.add(socket);
            }
            start("proxy-up", () -> up(viewer, server));
        }
    }

    /** From the viewer: its request's head tells who it is. */
    private void up(Socket viewer, Socket server) throws IOException {
        InputStream in = new BufferedInputStream(viewer.getInputStream());
        byte[] request = head(in);
        boolean disturbed = isDisturbed(new String(request, StandardCharsets.ISO_8859_1));
        start("proxy-down", () -> down(server, viewer, disturbed));
        OutputStream out = server.getOutputStream();
        out.write(request);
        copy(in, out);
        server.shutdownOutput();
    }

    private boolean isDisturbed(String request) {
        boolean reference = request.contains("Java-http-client");
        return switch (victim) {
            case REFERENCE -> reference;
            case VIEWERS -> !reference;
            case FIRST_VIEWER -> !reference && !firstHasCome.getAndSet(true);
        };
    }

    /** From the server: raw, or frame by frame once it is a WebSocket. */
    private void down(Socket server, Socket viewer, boolean disturbed) throws IOException {
        InputStream in = new BufferedInputStream(server.getInputStream(), 1 << 16);
        OutputStream out = viewer.getOutputStream();
        try {
            byte[] response = head(in);
            out.write(response);
            if (new String(response, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 101")) {
                new Frames(new DataInputStream(in), out, disturbed).forward();
            } else {
                copy(in, out);
            }
        } finally {
            viewer.shutdownOutput();
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] some = new byte[8192];
        for (int count = in.read(some); count >= 0; count = in.read(some)) {
            out.write(some, 0, count);
        }
    }

    /** Up to the empty line and no further; what there is, when it ends before. */
    private static byte[] head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** One connection's frames. */
    private final class Frames {
        private final DataInputStream in;
        private final OutputStream out;
        private final boolean disturbed;
        private byte @Nullable [] heldBack;

        private Frames(DataInputStream in, OutputStream out, boolean disturbed) {
            this.in = in;
            this.out = out;
            this.disturbed = disturbed;
        }

        private void forward() throws IOException {
            for (int first = in.read(); first >= 0; first = in.read()) {
                int second = in.readUnsignedByte();
                long length = second < 126 ? second : second == 126 ? in.readUnsignedShort() : in.readLong();
                byte[] payload = in.readNBytes((int) length);
                boolean counted = disturbed && isSwarmFrame(first, payload);
                boolean wrong = counted && frames.incrementAndGet() % every == 0 && fault != Fault.NONE;
                if (wrong && fault == Fault.HOLDS_ALL_ONCE) {
                    holdOnce();
                }
                holding.readLock().lock();
                try {
                    forward(first, payload, counted, wrong);
                } finally {
                    holding.readLock().unlock();
                }
            }
        }

        private void forward(int first, byte[] payload, boolean counted, boolean wrong) throws IOException {
            if (wrong && fault != Fault.HOLDS_ALL_ONCE) {
                faults.incrementAndGet();
                switch (fault) {
                    case REPEATS -> out.write(join(frame(first, payload), frame(first, payload)));
                    case REORDERS -> heldBack = frame(first, payload);
                    case CORRUPTS -> out.write(frame(first, corruption.apply(payload.clone())));
                    case DROPS, NONE, HOLDS_ALL_ONCE -> {}
                }
                return;
            }
            out.write(frame(first, payload));
            if (counted && heldBack != null) {
                out.write(heldBack);
                heldBack = null;
            }
        }
    }

    /** Nothing moves for 150 ms in which this process was not held up itself: that would excuse the lateness. */
    private void holdOnce() {
        if (faults.getAndIncrement() > 0) {
            return;
        }
        holding.writeLock().lock();
        try {
            WallClock clock = new WallClock();
            long begin = clock.micros();
            long now = begin;
            while (now - begin - pauses.pausedMicros(begin, now) < 150_000) {
                TimeUnit.MILLISECONDS.sleep(10);
                now = clock.micros();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            holding.writeLock().unlock();
        }
    }

    private static boolean isSwarmFrame(int first, byte[] payload) {
        if (first == TEXT) {
            return payload.length > JSON_FRAME.length
                    && ByteBuffer.wrap(payload, 0, JSON_FRAME.length).equals(ByteBuffer.wrap(JSON_FRAME));
        }
        ByteBuffer header = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        return first == BINARY
                && payload.length >= 26
                && (header.getShort(2) <= 2 || header.getShort(2) == DELTA_FRAME)
                && (header.getShort(4) & 0xffff) == SCHEMA_ID;
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(10 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 1 << 16) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static byte[] join(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // One side left: so does the other.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        pauses.close();
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
