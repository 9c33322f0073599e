package io.sluice.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Streams of one channel on one node, over plain TCP, TLS or HTTP/2, and items to all of them, one under way at a time. */
final class Streams {
    static final int OF_A_CONNECTION = 100;

    private static final String CHANNEL = "all";
    private static final int AT_ONCE = 20;

    private final Load load;
    private final BenchNode node;
    private final boolean tls;
    private final HttpClient client;
    private int open;
    private int missing;
    private @Nullable Promise<Void> all;

    /** @param most that will be open */
    Streams(Load load, BenchNode node, boolean tls, boolean http2, int most) {
        this.load = load;
        this.node = node;
        this.tls = tls;
        var options = new HttpClientOptions()
                .setSsl(tls)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setUseAlpn(http2)
                .setProtocolVersion(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2MultiplexingLimit(OF_A_CONNECTION);
        var pool = new PoolOptions()
                .setHttp1MaxSize(most)
                .setHttp2MaxSize(most / OF_A_CONNECTION)
                .setMaxWaitQueueSize(most);
        client = load.vertx.createHttpClient(options, pool);
    }

    /** Opens more, until there are so many. */
    void open(int count) throws Exception {
        while (open < count) {
            var opened = new ArrayList<Future<?>>();
            for (int j = 0; j < AT_ONCE; j++) {
                opened.add(open());
            }
            Future.all(opened).await(60, TimeUnit.SECONDS);
            open += AT_ONCE;
        }
    }

    private Future<?> open() {
        var options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(tls ? node.httpsPort() : node.httpPort())
                .setURI("/s?c=" + CHANNEL);
        return client.request(options)
                .compose(request -> request.send())
                .onSuccess(response -> response.handler(bytes -> {
                    // One item is under way, and small: it comes in one piece.
                    if (bytes.length() > 50 && --missing == 0 && all != null) {
                        all.complete();
                    }
                }));
    }

    /** Publishes so many, each when all streams have the one before. */
    void deliver(int items) throws Exception {
        for (int i = 0; i < items; i++) {
            Promise<Void> everybody = Promise.promise();
            load.vertx.runOnContext(turn -> {
                missing = open;
                all = everybody;
                load.publish(node, List.of(CHANNEL), "1").onFailure(everybody::tryFail);
            });
            everybody.future().await(60, TimeUnit.SECONDS);
        }
    }
}
