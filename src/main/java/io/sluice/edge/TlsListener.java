package io.sluice.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for TLS, by OpenSSL where that loads, else by the JDK; and its certificates, which are read again when their files change: connections that come then get the new ones. Files that
 * can't be used leave the old ones in force, with a warning. Any thread.
 */
final class TlsListener {
    private static final Logger LOG = LoggerFactory.getLogger(TlsListener.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final long HANDSHAKE_SECONDS = 10;

    /** A seventh more deliveries for the same work than the JDK. {@code -Dio.netty.handler.ssl.noOpenSsl=true} does without. */
    private static final boolean OPENSSL = OpenSSLEngineOptions.isAvailable() && OpenSSLEngineOptions.isAlpnAvailable();

    private final Path directory;
    private final Listener listener;
    private volatile @Nullable Certificates certificates;
    /** Of files that could not be used, so that this is said once. */
    private volatile String refused = "";

    TlsListener(String host, int port, Path directory) {
        this.directory = directory;
        listener = new Listener(host, port);
    }

    Listener listener() {
        return listener;
    }

    /** Reads the certificates, and looks after them from then on; fails when they can't be used. */
    Future<?> load(Vertx vertx) {
        return vertx.executeBlocking(() -> Certificates.read(vertx, directory))
                .recover(e -> Future.failedFuture(new IOException("http.tls-certificates: " + reason(e), e)))
                .onSuccess(read -> {
                    LOG.info("tls-engine engine={}", OPENSSL ? "openssl" : "jdk");
                    use(read);
                    vertx.setPeriodic(LOOK_MILLIS, timer -> look(vertx));
                });
    }

    /** Adds TLS to what a server is made with; after {@link #load}. */
    HttpServerOptions secure(HttpServerOptions options) {
        Certificates present = certificates;
        if (present == null) {
            throw new IllegalStateException("no certificates were read");
        }
        options.setSslEngineOptions(OPENSSL ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions());
        options.setSsl(true)
                .setSni(true)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setKeyCertOptions(present.options().copy());
        options.setSslHandshakeTimeout(HANDSHAKE_SECONDS).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        return options;
    }

    private void use(Certificates read) {
        certificates = read;
        LOG.info("certificates-loaded from={} names={}", directory, read.names());
    }

    private void look(Vertx vertx) {
        vertx.executeBlocking(() -> changed(vertx)).onComplete((read, failure) -> {
            if (failure != null) {
                LOG.warn("certificates-unusable kept=the-old-ones reason=\"{}\"", reason(failure));
            } else if (read != null) {
                replace(read);
            }
        });
    }

    /** The certificates, if their files are others than those in force, and than those that could not be used. */
    private @Nullable Certificates changed(Vertx vertx) throws IOException {
        String stamp;
        try {
            stamp = Certificates.stamp(directory);
        } catch (IOException e) {
            stamp = reason(e);
        }
        Certificates present = certificates;
        if (stamp.equals(refused) || (present != null && stamp.equals(present.stamp()))) {
            return null;
        }
        refused = stamp;
        Certificates read = Certificates.read(vertx, directory);
        refused = "";
        return read;
    }

    private void replace(Certificates read) {
        use(read);
        for (HttpServer server : listener.servers()) {
            server.updateSSLOptions(secure(new HttpServerOptions()).getSslOptions())
                    .onFailure(e -> LOG.error("certificates-not-taken reason=\"{}\"", reason(e)));
        }
    }

    private static String reason(Throwable e) {
        return e instanceof NoSuchFileException missing
                ? "no such directory or file: " + missing.getFile()
                : String.valueOf(e.getMessage());
    }
}
