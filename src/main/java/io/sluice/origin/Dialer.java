package io.sluice.origin;

import io.sluice.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to origins, TLS included. One event loop. Names are resolved for each connection, and the addresses found
 * are the addresses connected to: what a name means later changes nothing.
 */
final class Dialer {
    private static final int MAX_ADDRESSES = 4;
    private static final int MAX_RESPONSE_HEAD_BYTES = 65_536;
    // What an exchange may hold in memory while its body is not read is a small multiple of it.
    private static final int CHUNK_BYTES = 16_384;

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

    private final Vertx vertx;
    private final WorkerExecutor resolver;
    private final HttpClientAgent client;
    private final Path keyBase;
    private final int timeoutMillis;
    private final @Nullable TrustOptions trust;

    /** @param trust in place of the system's certificate authorities */
    Dialer(Vertx vertx, Settings settings, @Nullable TrustOptions trust) {
        this.vertx = vertx;
        this.trust = trust;
        keyBase = settings.grip().keyBase();
        timeoutMillis = settings.origin().connectTimeoutMillis();
        resolver = vertx.createSharedWorkerExecutor("sluice-resolver", 10);
        client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setConnectTimeout(timeoutMillis)
                .setTcpKeepAlive(true)
                .setMaxInitialLineLength(16_384)
                .setMaxHeaderSize(MAX_RESPONSE_HEAD_BYTES)
                .setMaxChunkSize(CHUNK_BYTES));
    }

    /**
     * Connects.
     *
     * @param certificateHost whose certificate a TLS endpoint must show
     * @return fails with {@code BLOCKED} or {@code UNREACHABLE}
     */
    Future<HttpClientConnection> dial(Endpoint endpoint, String certificateHost) {
        return resolve(endpoint.host()).compose(addresses -> {
            List<InetAddress> allowed = endpoint.untrusted()
                    ? addresses.stream().filter(AddressPolicy::isPublic).toList()
                    : addresses;
            if (allowed.isEmpty()) {
                return Future.failedFuture(
                        new OriginException(OriginException.Kind.BLOCKED, "Error: Origin host/IP blocked."));
            }
            return connect(endpoint, certificateHost, allowed, 0);
        });
    }

    private Future<List<InetAddress>> resolve(String host) {
        if (IPV4.matcher(host).matches() || host.indexOf(':') >= 0) {
            return literal(host); // slow name servers must not keep it waiting
        }
        Future<List<InetAddress>> looked =
                resolver.executeBlocking(() -> Arrays.asList(InetAddress.getAllByName(host)), false);
        return within(timeoutMillis, looked, late -> {}).recover(cause -> unreachable(host, cause));
    }

    private static Future<List<InetAddress>> literal(String host) {
        try {
            String text = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return Future.succeededFuture(List.of(InetAddress.getByName(text)));
        } catch (UnknownHostException e) {
            return unreachable(host, e);
        }
    }

    private Future<HttpClientConnection> connect(
            Endpoint endpoint, String certificateHost, List<InetAddress> addresses, int index) {
        HttpConnectOptions options = new HttpConnectOptions()
                .setServer(
                        SocketAddress.inetSocketAddress(new InetSocketAddress(addresses.get(index), endpoint.port())))
                .setHost(certificateHost)
                .setPort(endpoint.port())
                .setSsl(endpoint.tls());
        if (endpoint.tls()) {
            options.setSslOptions(tls(endpoint));
        }
        Future<HttpClientConnection> connected = within(timeoutMillis, client.connect(options), late -> close(late));
        return connected.recover(cause -> index + 1 < Math.min(addresses.size(), MAX_ADDRESSES)
                ? connect(endpoint, certificateHost, addresses, index + 1)
                : unreachable(endpoint.host() + ":" + endpoint.port(), cause));
    }

    private static void close(HttpClientConnection late) {
        var unused = late.close();
    }

    private ClientSSLOptions tls(Endpoint endpoint) {
        ClientSSLOptions options = new ClientSSLOptions()
                .setTrustAll(endpoint.insecure())
                .setHostnameVerificationAlgorithm(endpoint.insecure() ? "" : "HTTPS");
        if (trust != null && !endpoint.insecure()) {
            options.setTrustOptions(trust);
        }
        @Nullable String certificate = endpoint.clientCert();
        @Nullable String key = endpoint.clientKey();
        if (certificate != null && key != null) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .setCertPath(keyBase.resolve(certificate).toString())
                    .setKeyPath(keyBase.resolve(key).toString()));
        }
        return options;
    }

    private static <T> Future<T> unreachable(String where, Throwable cause) {
        return Future.failedFuture(
                new OriginException(OriginException.Kind.UNREACHABLE, where + ": " + cause.getMessage()));
    }

    /** The future, or a failure once the time is over; a result that comes too late goes to the handler. */
    private <T> Future<T> within(int millis, Future<T> future, Consumer<T> late) {
        Promise<T> promise = Promise.promise();
        long timer = vertx.setTimer(millis, id -> promise.tryFail("no connection within " + millis + " ms"));
        future.onComplete(result -> {
            vertx.cancelTimer(timer);
            if (result.failed()) {
                promise.tryFail(result.cause());
            } else if (!promise.tryComplete(result.result())) {
                late.accept(result.result());
            }
        });
        return promise.future();
    }

    Future<Void> close() {
        return Future.join(client.close(), resolver.close()).mapEmpty();
    }
}
