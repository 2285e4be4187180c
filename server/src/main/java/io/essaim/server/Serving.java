package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.config.SourceChoice;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.swarm.FlockGenerator;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.TrajectoryException;
import io.essaim.server.swarm.TrajectoryPlayer;
import io.essaim.server.swarm.TrajectoryReader;
import io.essaim.server.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code essaim serve} does: load the source, stream it, and drain on SIGTERM or Ctrl-C. */
final class Serving implements Serve {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    @Override
    public int run(Configuration configuration) throws Exception {
        SwarmSource source = source(configuration);
        EssaimServer server = start(configuration, source);
        CountDownLatch drained = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(server, drained), "drain"));
        announce(configuration, source, server);
        drained.await();
        return ExitCode.OK;
    }

    private static EssaimServer start(Configuration configuration, SwarmSource source)
            throws IOException, ConfigurationException {
        try {
            return EssaimServer.start(configuration, source, Version.number());
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + configuration.get(Settings.HOST) + ":" + configuration.get(Settings.PORT)
                            + ": " + e.getMessage(),
                    e);
        }
    }

    private static SwarmSource source(Configuration configuration) throws TrajectoryException {
        SourceChoice choice = configuration.get(Settings.SOURCE);
        if (choice instanceof SourceChoice.File file) {
            return recording(configuration, file.path());
        }
        if (choice instanceof SourceChoice.Flock) {
            return new FlockGenerator(
                    configuration.get(Settings.AGENTS),
                    configuration.get(Settings.FPS),
                    configuration.get(Settings.FREQUENCY),
                    configuration.get(Settings.SEED),
                    configuration.get(Settings.SPHERES));
        }
        if (choice instanceof SourceChoice.Ingest) {
            return new IngestSource();
        }
        return new FlowGenerator(
                configuration.get(Settings.AGENTS),
                configuration.get(Settings.FPS),
                configuration.get(Settings.SEED),
                configuration.get(Settings.SPHERES));
    }

    private static SwarmSource recording(Configuration configuration, Path file) throws TrajectoryException {
        long memory = configuration.get(Settings.TRAJECTORY_MEMORY).bytes();
        LoadingProgress progress = new LoadingProgress(file);
        TrajectoryReader reader =
                memory == 0 ? new TrajectoryReader(progress::at) : new TrajectoryReader(memory, progress::at);
        return new TrajectoryPlayer(
                reader.read(file),
                configuration.get(Settings.FPS),
                configuration.get(Settings.FREQUENCY),
                configuration.get(Settings.SPHERES),
                configuration.get(Settings.LOOP));
    }

    private static void announce(Configuration configuration, SwarmSource source, EssaimServer server) {
        String host = configuration.get(Settings.HOST);
        boolean isTls = server.certificate().isPresent();
        LOG.info(
                "Streaming {} at {} frames a second in {} bits: {}://{}:{}/ is the page, "
                        + "/ws/swarm and /ws/frequency are the streams{}",
                source.description(),
                server.stream().ticksPerSecond(),
                server.stream().valueBits(),
                isTls ? "https" : "http",
                host.contains(":") ? "[" + host + "]" : host,
                server.port(),
                isTls ? ", by wss" : "");
        server.certificate().ifPresent(certificate -> announce(configuration, certificate));
        if (configuration.get(Settings.SOURCE) instanceof SourceChoice.Ingest) {
            LOG.info(
                    "Producers publish at /ws/ingest, {}",
                    configuration.get(Settings.INGEST_TOKEN).isPresent()
                            ? "with the token of ingest-token"
                            : "from this machine only, since there is no ingest-token");
        }
        boolean isRequired = configuration.get(SecuritySettings.AUTH_REQUIRED);
        String ways = AccessSetup.ways(configuration);
        if (!ways.isEmpty()) {
            LOG.info("One {} with {}", isRequired ? "has to log in" : "may log in", ways);
        }
        if (configuration.get(Settings.ALLOW_ANONYMOUS) && !isRequired) {
            LOG.warn(
                    "Anybody who reaches {}:{} may watch: allow-anonymous is on, and auth-required is not",
                    host,
                    server.port());
        }
    }

    private static void announce(Configuration configuration, TlsIdentity certificate) {
        LOG.info("The certificate is {}", certificate);
        if (configuration.get(TlsSettings.TLS_SELF_SIGNED)) {
            LOG.warn(
                    "Nobody vouches for it (tls-self-signed): it is only for a try, and browsers will warn. Compare the"
                            + " fingerprint with what they show");
        }
    }

    private static void drain(EssaimServer server, CountDownLatch drained) {
        try {
            LOG.info("Draining {} connections", server.connections());
            server.drain();
            LOG.info("Stopped");
            // An orderly end is 0; left to itself the JVM reports the signal, which supervisors take for a failure.
            Runtime.getRuntime().halt(ExitCode.OK);
        } catch (InterruptedException | RuntimeException e) {
            LOG.error("The drain failed", e);
            Runtime.getRuntime().halt(ExitCode.FAILED);
        } finally {
            drained.countDown();
        }
    }
}
