package io.sluice.edge;

import io.sluice.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The client port that the edges of all event loops share, and the one for TLS if there is one: their numbers, once known, and how many connections
 * they have together. Any thread. One for each node.
 */
public final class ClientPort {
    private final Settings.Http settings;
    private final int deadSeconds;
    private final Listener plain;
    private final @Nullable TlsListener tls;
    private final Admission admission;
    private final Settings.Grip forwarding;

    public ClientPort(Settings settings) {
        this(
                settings.http(),
                settings.admission(),
                settings.grip(),
                settings.outbox().deadSeconds());
    }

    ClientPort(Settings.Http settings, Settings.Admission bounds, Settings.Grip forwarding) {
        this(settings, bounds, forwarding, 0);
    }

    private ClientPort(Settings.Http settings, Settings.Admission bounds, Settings.Grip forwarding, int deadSeconds) {
        this.deadSeconds = deadSeconds;
        this.settings = settings;
        this.forwarding = forwarding;
        admission = new Admission(settings.maxConnections(), bounds);
        plain = new Listener(settings.host(), settings.port());
        Path certificates = settings.tlsCertificates();
        tls = certificates == null ? null : new TlsListener(settings.host(), settings.tlsPort(), certificates);
    }

    /** Reads what is needed before edges can listen; fails with what is wrong with the certificates. */
    public Future<?> prepare(Vertx vertx) {
        return tls == null ? Future.succeededFuture() : tls.load(vertx);
    }

    /** The port that clients connect to, once the first edge listens; fails if it can't. */
    public Future<Integer> actual() {
        return plain.actual();
    }

    /** The port for TLS likewise; null without one. */
    public @Nullable Future<Integer> actualTls() {
        return tls == null ? null : tls.listener().actual();
    }

    /** Open connections. */
    public int connections() {
        return admission.connections();
    }

    /**
     * Stops accepting; idle connections are closed at once, the others when their response has ended or the time is over. The
     * shutdown handlers of the connections are called first.
     */
    public Future<Void> drain(Duration timeout) {
        var servers = new ArrayList<>(plain.servers());
        if (tls != null) {
            servers.addAll(tls.listener().servers());
        }
        return Future.join(
                        servers.stream().map(server -> server.shutdown(timeout)).toList())
                .mapEmpty();
    }

    int deadSeconds() {
        return deadSeconds;
    }

    Settings.Http settings() {
        return settings;
    }

    Listener plain() {
        return plain;
    }

    @Nullable
    TlsListener tls() {
        return tls;
    }

    void failed(Throwable cause) {
        plain.failed(cause);
        if (tls != null) {
            tls.listener().failed(cause);
        }
    }

    Admission admission() {
        return admission;
    }

    /** The rules by which a request's address is found. */
    Settings.Grip forwarding() {
        return forwarding;
    }
}
