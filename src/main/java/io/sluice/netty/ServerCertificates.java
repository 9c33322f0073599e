package io.sluice.netty;

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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of a port, by OpenSSL where that loads, else by the JDK; and its certificates, which are read again when their files change: connections that come then get the new ones. Files that
 * can't be used leave the old ones in force, with a warning. Any thread.
 */
public final class ServerCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final long HANDSHAKE_SECONDS = 10;

    /** A seventh more deliveries for the same work than the JDK. {@code -Dio.netty.handler.ssl.noOpenSsl=true} does without. */
    private static final boolean OPENSSL = OpenSSLEngineOptions.isAvailable() && OpenSSLEngineOptions.isAlpnAvailable();

    private final String setting;
    private final Path directory;
    private final List<HttpVersion> versions;
    private final Supplier<List<HttpServer>> servers;
    private volatile @Nullable Certificates certificates;
    /** Of files that could not be used, so that this is said once. */
    private volatile String refused = "";

    /**
     * @param setting for error texts
     * @param versions that are agreed to, the best first
     * @param servers that listen by now
     */
    public ServerCertificates(
            String setting, Path directory, List<HttpVersion> versions, Supplier<List<HttpServer>> servers) {
        this.setting = setting;
        this.directory = directory;
        this.versions = versions;
        this.servers = servers;
    }

    /** Reads the certificates, and looks after them from then on; fails when they can't be used. */
    public Future<?> load(Vertx vertx) {
        return vertx.executeBlocking(() -> Certificates.read(vertx, directory))
                .recover(e -> Future.failedFuture(new IOException(setting + ": " + reason(e), e)))
                .onSuccess(read -> {
                    LOG.info("tls-engine engine={}", OPENSSL ? "openssl" : "jdk");
                    use(read);
                    vertx.setPeriodic(LOOK_MILLIS, timer -> look(vertx));
                });
    }

    /** Adds TLS to what a server is made with; after {@link #load}. */
    public HttpServerOptions secure(HttpServerOptions options) {
        Certificates present = certificates;
        if (present == null) {
            throw new IllegalStateException("no certificates were read");
        }
        options.setSslEngineOptions(OPENSSL ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions());
        options.setSsl(true)
                .setSni(true)
                .setUseAlpn(true)
                .setAlpnVersions(versions)
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
        for (HttpServer server : servers.get()) {
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
