package io.sluice.bench;

import io.sluice.testing.TestCertificates;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a delivery costs the node over plain TCP, TLS and HTTP/2: one channel, one item under way at a time. */
final class TlsPart {
    private static final int STREAMS = 1000;
    private static final int STREAMS_OF_A_CONNECTION = 100;
    private static final int AT_ONCE = 20;
    private static final int WARM_UP = 400;
    private static final int ITEMS = 300;
    private static final int ROUNDS = 3;

    private final Load load;
    private final BenchNode node;
    private int missing;
    private @Nullable Promise<Void> all;

    private TlsPart(Load load, BenchNode node) {
        this.load = load;
        this.node = node;
    }

    static void run(Path directory) throws Exception {
        Path certificates = Files.createDirectories(directory.resolve("certificates"));
        TestCertificates.server(certificates, "default", "EC", "localhost");
        System.out.println("| | deliveries per CPU-second |\n|---|---|");
        try (var load = new Load()) {
            Map<String, String> jdk = Map.of("JAVA_TOOL_OPTIONS", "-Dio.netty.handler.ssl.noOpenSsl=true");
            report("plain, HTTP/1.1", directory, load, certificates, Map.of(), false, false);
            report("TLS by OpenSSL, HTTP/1.1", directory, load, certificates, Map.of(), true, false);
            report("TLS by the JDK, HTTP/1.1", directory, load, certificates, jdk, true, false);
            report("TLS by OpenSSL, HTTP/2", directory, load, certificates, Map.of(), true, true);
            report("TLS by the JDK, HTTP/2", directory, load, certificates, jdk, true, true);
        }
    }

    private static void report(
            String name,
            Path directory,
            Load load,
            Path certificates,
            Map<String, String> environment,
            boolean tls,
            boolean http2)
            throws Exception {
        List<String> arguments = List.of(
                "--route",
                "* 127.0.0.1:" + load.originPort(),
                "--set",
                "http.tls-port=0",
                "--set",
                "http.tls-certificates=" + certificates);
        try (BenchNode node =
                BenchNode.start(directory, "tls", arguments, environment).ready()) {
            var part = new TlsPart(load, node);
            part.open(tls, http2);
            part.deliver(WARM_UP);
            var rates = new Samples();
            for (int round = 0; round < ROUNDS; round++) {
                double from = node.cpuSeconds();
                part.deliver(ITEMS);
                rates.add(ITEMS * (double) STREAMS / (node.cpuSeconds() - from));
            }
            System.out.printf("| %s | %.0f |%n", name, rates.median());
        }
    }

    private void open(boolean tls, boolean http2) throws Exception {
        var options = new HttpClientOptions()
                .setSsl(tls)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setUseAlpn(http2)
                .setProtocolVersion(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2MultiplexingLimit(STREAMS_OF_A_CONNECTION);
        var pool = new PoolOptions()
                .setHttp1MaxSize(STREAMS)
                .setHttp2MaxSize(STREAMS / STREAMS_OF_A_CONNECTION)
                .setMaxWaitQueueSize(STREAMS);
        HttpClient client = load.vertx.createHttpClient(options, pool);
        for (int i = 0; i < STREAMS; i += AT_ONCE) {
            var opened = new ArrayList<Future<?>>();
            for (int j = 0; j < AT_ONCE; j++) {
                opened.add(open(client, tls));
            }
            Future.all(opened).await(60, TimeUnit.SECONDS);
        }
    }

    private Future<?> open(HttpClient client, boolean tls) {
        var options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(tls ? node.httpsPort() : node.httpPort())
                .setURI("/s?c=tls");
        return client.request(options)
                .compose(request -> request.send())
                .onSuccess(response -> response.handler(bytes -> {
                    // One item is under way, and small: it comes in one piece.
                    if (bytes.length() > 50 && --missing == 0 && all != null) {
                        all.complete();
                    }
                }));
    }

    private void deliver(int items) throws Exception {
        for (int i = 0; i < items; i++) {
            Promise<Void> everybody = Promise.promise();
            load.vertx.runOnContext(turn -> {
                missing = STREAMS;
                all = everybody;
                load.publish(node, List.of("tls"), "1").onFailure(everybody::tryFail);
            });
            everybody.future().await(30, TimeUnit.SECONDS);
        }
    }
}
