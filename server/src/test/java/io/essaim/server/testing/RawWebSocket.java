package io.essaim.server.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client that may break every rule: it writes the bytes it is given and reads frames by RFC 6455 section 5.2,
 * failing on any that a server must not send.
 */
public final class RawWebSocket implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final int TIMEOUT_MILLIS = 30_000;

    /** One frame from the server. */
    public static final class Frame {
        private final int opcode;
        private final byte[] payload;
        private final boolean deflated;

        Frame(int opcode, byte[] payload, boolean deflated) {
            this.opcode = opcode;
            this.payload = payload;
            this.deflated = deflated;
        }

        /** Whether it came compressed; the payload is inflated. */
        public boolean deflated() {
            return deflated;
        }

        public int opcode() {
            return opcode;
        }

        public byte[] payload() {
            return payload;
        }

        public int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }

        public String closeReason() {
            return payload.length <= 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** The status line and headers of a response, names in lower case. */
    public record Response(int status, String reason, Map<String, String> headers) {}

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private @Nullable PerMessageInflater inflater;

    private RawWebSocket(int port, int receiveBuffer) throws IOException {
        this(connected(port, receiveBuffer));
    }

    private RawWebSocket(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    private static Socket connected(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    /** Speaks over a connection that is made already, such as one of TLS, and upgrades, which must succeed. */
    public static RawWebSocket over(Socket connected, String path, String... headers) throws IOException {
        return upgraded(new RawWebSocket(connected), path, headers);
    }

    /** Speaks over a connection that is made already, and says nothing yet. */
    public static RawWebSocket wrap(Socket connected) throws IOException {
        return new RawWebSocket(connected);
    }

    /** Connects without a word. */
    public static RawWebSocket connect(int port) throws IOException {
        return new RawWebSocket(port, 0);
    }

    /** Connects and upgrades, which must succeed. */
    public static RawWebSocket open(int port, String path, String... headers) throws IOException {
        return open(port, 0, path, headers);
    }

    /** Likewise, with a kernel buffer of so many bytes for what is not read. */
    public static RawWebSocket open(int port, int receiveBuffer, String path, String... headers) throws IOException {
        return upgraded(new RawWebSocket(port, receiveBuffer), path, headers);
    }

    private static RawWebSocket upgraded(RawWebSocket client, String path, String... headers) throws IOException {
        Response response = client.handshake(path, headers);
        if (response.status() != 101) {
            throw new IOException("refused: " + response);
        }
        return client;
    }

    /** Likewise with {@code permessage-deflate}, which must be granted: what comes compressed is inflated. */
    public static RawWebSocket openDeflated(int port, String path, String... headers) throws IOException {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Sec-WebSocket-Extensions";
        all[headers.length + 1] = "permessage-deflate";
        RawWebSocket client = new RawWebSocket(port, 0);
        Response response = client.handshake(path, all);
        if (!response.headers().getOrDefault("sec-websocket-extensions", "").startsWith("permessage-deflate")) {
            throw new IOException("not granted: " + response);
        }
        client.inflater = new PerMessageInflater();
        return client;
    }

    /** Connects and upgrades, offering an extension or none at all; what it is granted is {@link #inflates}. */
    public static RawWebSocket offering(int port, String path, String offer) throws IOException {
        RawWebSocket client = new RawWebSocket(port, 0);
        Response response = client.handshake(path, "Sec-WebSocket-Extensions", offer);
        if (response.status() != 101) {
            throw new IOException("refused: " + response);
        }
        if (response.headers().containsKey("sec-websocket-extensions")) {
            client.inflater = new PerMessageInflater();
        }
        return client;
    }

    /** Whether permessage-deflate was granted. */
    public boolean inflates() {
        return inflater != null;
    }

    /** Sends a correct upgrade, with headers added or, when they are named, replaced; an empty one is left out. */
    public Response handshake(String path, String... headers) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Host", "127.0.0.1");
        all.put("Upgrade", "websocket");
        all.put("Connection", "Upgrade");
        all.put("Sec-WebSocket-Version", "13");
        all.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        StringJoiner request = new StringJoiner("\r\n", "", "\r\n\r\n").add("GET " + path + " HTTP/1.1");
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.add(name + ": " + value);
            }
        });
        return request(request.toString());
    }

    /** Sends bytes as they are and reads the head of a response. */
    public Response request(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
        String[] status = line().split(" ", 3);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Response(Integer.parseInt(status[1]), status.length > 2 ? status[2] : "", headers);
    }

    /** Reads over the body that a response announced. */
    public void skipBody(Response response) throws IOException {
        in.readNBytes(Integer.parseInt(response.headers().getOrDefault("content-length", "0")));
    }

    /** Reads the body that a response announced. */
    public String body(Response response) throws IOException {
        int length = Integer.parseInt(response.headers().getOrDefault("content-length", "0"));
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed inside a response");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /**
     * Sends one masked frame.
     *
     * @param head the first byte: FIN, reserved bits, opcode
     */
    public void frame(int head, byte[] payload) throws IOException {
        write(masked(head, payload));
    }

    /** Likewise, a byte at a time with a pause after each. */
    public void trickle(int head, byte[] payload, Duration pause) throws IOException, InterruptedException {
        for (byte one : masked(head, payload)) {
            write(new byte[] {one});
            Thread.sleep(pause.toMillis());
        }
    }

    /** The bytes of one masked frame. */
    public static byte[] masked(int head, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(head);
        if (payload.length <= 125) {
            frame.write(0x80 | payload.length);
        } else if (payload.length <= 0xFFFF) {
            frame.write(0x80 | 126);
            frame.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        byte[] mask = {1, 2, 3, 4};
        frame.writeBytes(mask);
        byte[] hidden = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            hidden[i] = (byte) (payload[i] ^ mask[i & 3]);
        }
        frame.writeBytes(hidden);
        return frame.toByteArray();
    }

    public void text(String text) throws IOException {
        frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public void binary(byte[] payload) throws IOException {
        frame(0x80 | BINARY, payload);
    }

    /**
     * The next frame; fails on what a server of this protocol must not send: masks, fragments, reserved bits that were not
     * negotiated.
     */
    public Frame read() throws IOException {
        int head = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        boolean deflated = inflater != null && (head & 0xF8) == 0xC0;
        if (!(deflated || (head & 0xF0) == 0x80) || (second & 0x80) != 0) {
            throw new IOException("a server sent the frame head " + Integer.toHexString(head << 8 | second));
        }
        long length = second;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return inflater != null && deflated
                ? new Frame(head & 0x0F, inflater.inflate(payload), true)
                : new Frame(head & 0x0F, payload, false);
    }

    /** Skips to the next frame of an opcode. On the way to a message pings are answered, as any client does. */
    public Frame next(int opcode) throws IOException {
        Frame frame = read();
        while (frame.opcode() != opcode) {
            if (frame.opcode() == PING && (opcode == TEXT || opcode == BINARY)) {
                frame(0x80 | PONG, frame.payload());
            }
            frame = read();
        }
        return frame;
    }

    /** Skips to the next text that holds this. */
    public String nextText(String holding) throws IOException {
        String text = next(TEXT).text();
        while (!text.contains(holding)) {
            text = next(TEXT).text();
        }
        return text;
    }

    /** Whether the server ends the connection without another byte. */
    public boolean endsNow() throws IOException {
        return in.read() < 0;
    }

    /** Ends the connection as a process that dies does: with a reset, and without another byte. */
    public void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
