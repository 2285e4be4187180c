package io.essaim.server.transport;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.tls.CertificateSource;
import io.essaim.server.tls.TlsFileException;
import io.essaim.server.tls.TlsIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again whether the certificate has been replaced, and makes the loops show the new one to those who
 * connect from then on. What is broken changes nothing but a counter. Looks on a worker, one at a time.
 */
final class TlsReload {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);

    private final Vertx vertx;
    private final Configuration configuration;
    private final Counters counters;
    private final CertificateSource certificates;
    private final List<EventLoop> loops;

    /** Good by itself, but not in force on all loops yet: to be tried again. One look at a time. */
    private volatile @Nullable TlsIdentity unused;

    private TlsReload(ServerContext server, CertificateSource certificates, Vertx vertx, List<EventLoop> loops) {
        this.vertx = vertx;
        this.configuration = server.configuration();
        this.counters = server.counters();
        this.certificates = certificates;
        this.loops = List.copyOf(loops);
    }

    /** Begins; it ends with Vert.x. */
    static void start(ServerContext server, CertificateSource certificates, Vertx vertx, List<EventLoop> loops) {
        new TlsReload(server, certificates, vertx, loops).lookLater();
    }

    private void lookLater() {
        vertx.setTimer(
                configuration.get(TlsSettings.TLS_RELOAD).toMillis(),
                timer -> vertx.executeBlocking(certificates::next)
                        .compose(this::use)
                        .onFailure(this::refuse)
                        .onComplete(looked -> lookLater()));
    }

    private Future<Void> use(Optional<TlsIdentity> found) {
        TlsIdentity identity = found.orElse(unused);
        if (identity == null) {
            return Future.succeededFuture();
        }
        unused = identity;
        // Loops of one port share their TLS in Vert.x, which this does not rely on.
        return Future.all(loops.stream().map(loop -> loop.show(identity)).toList())
                .onSuccess(all -> {
                    unused = null;
                    counters.increment(Counter.TLS_RELOADS);
                    LOG.info("New connections are shown the certificate {}", identity);
                })
                .mapEmpty();
    }

    private void refuse(Throwable cause) {
        counters.increment(Counter.TLS_RELOAD_FAILURES);
        String what = cause instanceof TlsFileException file
                ? configuration.written(file.setting()) + ": " + file.why()
                : cause.toString();
        LOG.error("The certificate stays the old one; {}", what);
    }
}
