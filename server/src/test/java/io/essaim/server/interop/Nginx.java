package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.testing.RequiredInCi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A real nginx on loopback with our {@code deploy/nginx.conf}, in front of a server. */
final class Nginx implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/sbin/nginx");

    /** What a distribution's nginx.conf has around ours; all files in a folder of the test, one process that ends with it. */
    private static final String MAIN = """
            daemon off;
            master_process off;
            pid nginx.pid;
            events {
                worker_connections 256;
            }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                include essaim.conf;
            }
            """;

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one, or skips the test where there is none. */
    static Nginx inFrontOf(int server, Path folder) throws IOException {
        return inFrontOf(server, folder, ours -> ours);
    }

    /** Likewise, with our configuration changed for the test. */
    static Nginx inFrontOf(int server, Path folder, UnaryOperator<String> change) throws IOException {
        RequiredInCi.assume(Files.isExecutable(BINARY), BINARY + "; apt-get install nginx-light");
        int port = freePort();
        String ours = Files.readString(Checkout.file("deploy/nginx.conf"));
        ours = replaceOnly(ours, "listen 80;", "listen 127.0.0.1:" + port + ";");
        ours = replaceOnly(ours, "server 127.0.0.1:8001;", "server 127.0.0.1:" + server + ";");
        Files.writeString(folder.resolve("essaim.conf"), change.apply(ours));
        Files.writeString(folder.resolve("nginx.conf"), MAIN);
        Path log = folder.resolve("nginx.log");
        Process process = new ProcessBuilder(BINARY.toString(), "-p", folder + "/", "-c", "nginx.conf", "-e", "stderr")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Nginx nginx = new Nginx(process, port);
        try {
            await().until(() -> !process.isAlive() || nginx.accepts());
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        } catch (RuntimeException | Error e) {
            nginx.close();
            throw e;
        }
        return nginx;
    }

    private static String replaceOnly(String text, String part, String replacement) {
        assertThat(text).containsOnlyOnce(part);
        return text.replace(part, replacement);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
