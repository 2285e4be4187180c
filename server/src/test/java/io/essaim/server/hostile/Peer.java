package io.essaim.server.hostile;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection that sends what it likes, and tells in words how the server answers. */
final class Peer implements AutoCloseable {
    /** A server that has said nothing by then is stuck. */
    private static final int TIMEOUT_MILLIS = 30_000;

    private static final String ENDED = "ended";
    private static final String SILENT = "silent";

    private static final byte[] STILL_THERE = Bytes.of("still there?");

    /** What is waited for, beside a close. */
    private enum Sign {
        NOTHING_ELSE,
        PONG,
        ERROR
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private Peer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    static Peer connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return new Peer(socket);
    }

    /** Over a connection that is made already, such as one of TLS. */
    static Peer over(Socket socket) throws IOException {
        return new Peer(socket);
    }

    /** Sends as much as the server takes: one that has had enough may end the connection amid it. */
    boolean write(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    boolean write(String latin1) {
        return write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One answer of HTTP: status and error, or the phrase; {@code ended} where none comes. */
    String answer() throws IOException {
        try {
            String status = line();
            Map<String, String> headers = new HashMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            return answer(status, headers);
        } catch (EOFException | SocketException e) {
            return ENDED;
        } catch (SocketTimeoutException e) {
            return SILENT;
        }
    }

    private String answer(String statusLine, Map<String, String> headers) throws IOException {
        String[] status = statusLine.split(" ", 3);
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        String phrase = status.length > 2 ? status[2] : "";
        String type = headers.getOrDefault("content-type", "");
        if (type.startsWith("application/json") && body.length > 0 && body[0] == '{') {
            phrase = new JsonObject(new String(body, StandardCharsets.UTF_8)).getString("error", phrase);
        }
        return status[1] + " " + phrase;
    }

    /** All answers until the server ends the connection. */
    String answers() throws IOException {
        List<String> all = new ArrayList<>();
        do {
            all.add(answer());
        } while (!all.get(all.size() - 1).equals(ENDED)
                && !all.get(all.size() - 1).equals(SILENT));
        return String.join(", ", all);
    }

    /** Opens a WebSocket, which has to succeed. */
    void upgrade(String path, String... headers) throws IOException {
        write(Bytes.handshake(path, headers));
        String answer = answer();
        if (!answer.startsWith("101 ")) {
            throw new AssertionError(path + ": " + answer);
        }
    }

    /** What errors come, and with what code the server closes, or that it ended without. */
    String untilClosed() throws IOException {
        return until(Sign.NOTHING_ELSE);
    }

    /** Asks by a ping whether the connection is open still, and tells which errors come before the answer. */
    String whetherOpen() throws IOException {
        write(Bytes.frame(0x80 | Bytes.PING, STILL_THERE));
        return until(Sign.PONG);
    }

    /** The first error, of something that is looked at when its time comes. */
    String untilError() throws IOException {
        return until(Sign.ERROR);
    }

    private String until(Sign sign) throws IOException {
        List<String> said = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        try {
            // Frames of the swarm may come for ever.
            while (System.nanoTime() - deadline < 0 && (sign != Sign.ERROR || said.isEmpty())) {
                int head = in.readUnsignedByte();
                byte[] payload = in.readNBytes(length(in.readUnsignedByte()));
                switch (head & 0x0F) {
                    case Bytes.TEXT, Bytes.BINARY -> error(head & 0x0F, payload, said);
                    case Bytes.CLOSE -> {
                        said.add(close(payload));
                        return String.join("; ", said);
                    }
                    case Bytes.PONG -> {
                        if (sign == Sign.PONG && Arrays.equals(payload, STILL_THERE)) {
                            said.add("open");
                            return String.join("; ", said);
                        }
                    }
                    case Bytes.PING -> {
                        if (sign != Sign.NOTHING_ELSE) {
                            write(Bytes.frame(0x80 | Bytes.PONG, payload));
                        }
                    }
                    default -> throw new AssertionError("the server sent opcode " + (head & 0x0F));
                }
            }
        } catch (EOFException | SocketException e) {
            said.add(ENDED);
        } catch (SocketTimeoutException e) {
            said.add(SILENT);
        }
        return String.join("; ", said);
    }

    private int length(int second) throws IOException {
        return switch (second) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> second;
        };
    }

    private static String close(byte[] payload) {
        if (payload.length < 2) {
            return "close";
        }
        int code = (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
        return ("close " + code + " " + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8)).strip();
    }

    /** Adds an error, unless it is the one before again. */
    private static void error(int opcode, byte[] payload, List<String> said) {
        String error = opcode == Bytes.TEXT ? textError(payload) : binaryError(payload);
        if (error != null && (said.isEmpty() || !said.get(said.size() - 1).equals(error))) {
            said.add(error);
        }
    }

    private static @Nullable String textError(byte[] payload) {
        String text = new String(payload, StandardCharsets.UTF_8);
        if (!text.startsWith("{\"type\":\"error\"")) {
            return null;
        }
        JsonObject message = new JsonObject(text);
        JsonObject error = message.getJsonObject("data", message);
        return "error " + error.getInteger("code") + " " + error.getString("message");
    }

    private static @Nullable String binaryError(byte[] payload) {
        try {
            return new SbeDecoder().decode(payload) instanceof Message.ErrorReply error
                    ? "error " + error.code().code() + " " + error.message()
                    : null;
        } catch (MalformedMessageException e) {
            // Frames of the swarm, which that decoder knows nothing of.
            return null;
        }
    }

    /** Reads and answers nothing, until the server has had enough. */
    String deaf() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        try {
            while (System.nanoTime() - deadline < 0) {
                if (in.read() < 0) {
                    return ENDED;
                }
            }
            return SILENT;
        } catch (SocketException e) {
            return ENDED;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Ends it as a process that dies does. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        // Without a trace: thousands of these would use up the machine's ports for a minute.
        reset();
    }
}
