package io.sluice.edge;

import io.sluice.netty.ServerCertificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.util.List;

/** The port for TLS, and its certificates. Any thread. */
final class TlsListener {
    private final Listener listener;
    private final ServerCertificates certificates;

    TlsListener(String host, int port, Path directory) {
        listener = new Listener(host, port);
        certificates = new ServerCertificates(
                "http.tls-certificates",
                directory,
                List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1),
                listener::servers);
    }

    Listener listener() {
        return listener;
    }

    /** Reads the certificates; fails when they can't be used. */
    Future<?> load(Vertx vertx) {
        return certificates.load(vertx);
    }

    /** Adds TLS to what a server is made with; after {@link #load}. */
    HttpServerOptions secure(HttpServerOptions options) {
        return certificates.secure(options);
    }
}
