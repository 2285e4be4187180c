package io.essaim.client;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Just enough of RFC 6455 to play one connection by a script, over a real socket. */
final class ScriptedServer implements AutoCloseable {
    static final int CLOSE = 8;

    private static final int FINAL = 0x80;

    /** What to do with the upgraded connection, on the server's thread. */
    interface Script {
        void play(ScriptedServer server) throws Exception;
    }

    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<Void> done;
    private String request = "";
    private DataInputStream in = new DataInputStream(InputStream.nullInputStream());
    private OutputStream out = OutputStream.nullOutputStream();

    /** @param subprotocol to choose; empty: none */
    ScriptedServer(String subprotocol, Script script) throws IOException {
        this(new Script[] {
            server -> {
                server.handshake(subprotocol);
                script.play(server);
            }
        });
    }

    /** @param scripts from the request on, one connection after the other */
    private ScriptedServer(Script... scripts) throws IOException {
        done = CompletableFuture.runAsync(() -> {
            for (Script script : scripts) {
                try (Socket socket = listening.accept()) {
                    in = new DataInputStream(socket.getInputStream());
                    out = socket.getOutputStream();
                    script.play(this);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    /** A server that is connected to again and again, once for each script. */
    static ScriptedServer ofSeveral(String subprotocol, Script... scripts) throws IOException {
        return new ScriptedServer(Stream.of(scripts)
                .map(script -> (Script) server -> {
                    server.handshake(subprotocol);
                    script.play(server);
                })
                .toArray(Script[]::new));
    }

    /** A server that answers its one request without an upgrade. */
    static ScriptedServer refusing(String statusLine, String body) throws IOException {
        return refusing(statusLine, "", body);
    }

    /** @param headers lines, each with its end */
    static ScriptedServer refusing(String statusLine, String headers, String body) throws IOException {
        Script refusal = server -> {
            server.readRequest();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            server.out.write(("HTTP/1.1 " + statusLine + "\r\n" + headers + "Content-Length: " + bytes.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            server.out.write(bytes);
            server.out.flush();
        };
        return new ScriptedServer(new Script[] {refusal});
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/ws/swarm");
    }

    /** The upgrade's head, once the script plays. */
    String request() {
        return request;
    }

    /** Completes when the script has ended; fails as it did. */
    CompletableFuture<Void> done() {
        return done;
    }

    void sendBinary(byte[] message) throws IOException {
        send(0x80 | 2, message, 0, message.length);
    }

    void sendInParts(byte[] message, int partBytes) throws IOException {
        for (int at = 0; at < message.length; at += partBytes) {
            int length = Math.min(partBytes, message.length - at);
            boolean last = at + length == message.length;
            send((last ? 0x80 : 0) | (at == 0 ? 2 : 0), message, at, length);
        }
    }

    void sendClose(int code, String reason) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(code >> 8);
        payload.write(code);
        payload.writeBytes(reason.getBytes(StandardCharsets.UTF_8));
        send(0x80 | CLOSE, payload.toByteArray(), 0, payload.size());
    }

    /**
     * The next message from the client, which is in one part; its payload unmasked. What a client says before it closes is
     * passed over, since it pings when it likes.
     */
    byte[] receive(int opcode) throws IOException {
        int first = in.readUnsignedByte();
        byte[] payload = payload();
        while (opcode == CLOSE && first != (FINAL | CLOSE)) {
            first = in.readUnsignedByte();
            payload = payload();
        }
        if (first != (FINAL | opcode)) {
            throw new IOException("frame " + Integer.toHexString(first) + " of " + payload.length);
        }
        return payload;
    }

    private byte[] payload() throws IOException {
        int length = in.readUnsignedByte() & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return payload;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void handshake(String subprotocol) throws Exception {
        readRequest();
        String key = request.lines()
                .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                .map(line -> line.substring("Sec-WebSocket-Key: ".length()))
                .findFirst()
                .orElseThrow();
        byte[] accept = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n")
                        + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accept) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private void readRequest() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        request = head.toString();
    }

    private void send(int first, byte[] payload, int offset, int length) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (length <= 125) {
            frame.write(length);
        } else {
            frame.write(126);
            frame.write(length >> 8);
            frame.write(length);
        }
        frame.write(payload, offset, length);
        out.write(frame.toByteArray());
        out.flush();
    }
}
