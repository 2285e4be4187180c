package io.essaim.bench.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Gives a plain server what it has not: TLS, or permessage-deflate for those who offer it. */
final class WireProxy implements AutoCloseable {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int COMPRESSED = 0x40;
    private static final int READS_PER_KEY = 32;

    private final ServerSocket listening;
    private final int serverPort;
    private final boolean deflates;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private WireProxy(ServerSocket listening, int serverPort, boolean deflates) {
        this.listening = listening;
        this.serverPort = serverPort;
        this.deflates = deflates;
        start("wire-accept", this::accept);
    }

    /** @param protocol the only one, such as {@code TLSv1.3} */
    static WireProxy tls(TestCertificate certificate, String protocol, int serverPort) throws IOException {
        SSLServerSocket listening = (SSLServerSocket) certificate
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 200, InetAddress.getLoopbackAddress());
        listening.setEnabledProtocols(new String[] {protocol});
        return new WireProxy(listening, serverPort, false);
    }

    static WireProxy deflating(int serverPort) throws IOException {
        return new WireProxy(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), serverPort, true);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() throws IOException {
        while (!listening.isClosed()) {
            Socket viewer = listening.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            for (Socket socket : new Socket[] {viewer, server}) {
                socket.setTcpNoDelay(true);
                sockets.add(socket);
            }
            start("wire-up", () -> up(viewer, server));
        }
    }

    private void up(Socket viewer, Socket server) throws IOException {
        InputStream in = new BufferedInputStream(viewer.getInputStream());
        String request = head(in);
        boolean offered = deflates && request.contains(OFFER);
        start("wire-down", () -> down(server, viewer, offered));
        OutputStream out = server.getOutputStream();
        // The server behind this knows nothing of it.
        out.write(request.replaceFirst("Sec-WebSocket-Extensions: .*\r\n", "").getBytes(StandardCharsets.ISO_8859_1));
        try (server) {
            in.transferTo(out);
        }
    }

    private static void down(Socket server, Socket viewer, boolean compresses) throws IOException {
        try (viewer) {
            InputStream in = new BufferedInputStream(server.getInputStream(), 1 << 16);
            OutputStream out = viewer.getOutputStream();
            if (compresses) {
                out.write(head(in).replaceFirst("\r\n", "\r\n" + OFFER + "; server_no_context_takeover\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
                compress(new DataInputStream(in), out);
            } else {
                copy(in, out, viewer);
            }
        }
    }

    /** With new keys now and then, where there are any: both sides have to change theirs. */
    private static void copy(InputStream in, OutputStream out, Socket viewer) throws IOException {
        byte[] some = new byte[8192];
        long reads = 0;
        for (int count = in.read(some); count >= 0; count = in.read(some)) {
            out.write(some, 0, count);
            if (viewer instanceof SSLSocket tls
                    && tls.getSession().getProtocol().equals("TLSv1.3")
                    && ++reads % READS_PER_KEY == 0) {
                tls.startHandshake();
            }
        }
    }

    private static void compress(DataInputStream in, OutputStream out) throws IOException {
        for (int first = in.read(); first >= 0; first = in.read()) {
            int second = in.readUnsignedByte();
            long length = second < 126 ? second : second == 126 ? in.readUnsignedShort() : in.readLong();
            byte[] payload = in.readNBytes((int) length);
            boolean data = first == TEXT || first == BINARY;
            out.write(data ? frame(first | COMPRESSED, deflated(payload)) : frame(first, payload));
        }
    }

    /** As RFC 7692, section 7.2.1 has it. */
    static byte[] deflated(byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DeflaterOutputStream deflating = new DeflaterOutputStream(bytes, new Deflater(6, true), true);
        deflating.write(payload);
        deflating.flush();
        byte[] whole = bytes.toByteArray();
        return java.util.Arrays.copyOf(whole, whole.length - 4);
    }

    static byte[] frame(int first, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(frame);
        out.writeByte(first);
        if (payload.length < 126) {
            out.writeByte(payload.length);
        } else if (payload.length < 1 << 16) {
            out.writeByte(126);
            out.writeShort(payload.length);
        } else {
            out.writeByte(127);
            out.writeLong(payload.length);
        }
        out.write(payload);
        return frame.toByteArray();
    }

    /** Up to the empty line; what there is, when it ends before. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
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
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
