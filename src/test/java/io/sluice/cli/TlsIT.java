package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.HttpWire;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.testing.HttpOrigin;
import io.sluice.testing.TestCertificates;
import io.sluice.testing.TestGateway;
import io.sluice.testing.TrustingAll;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway whose clients come over TLS, with HTTP/1.1 and HTTP/2. */
@Timeout(90)
class TlsIT {
    private static final int STREAMS = 30;
    private static final String SUBSCRIBE = "c:{\"type\":\"subscribe\",\"channel\":\"news\"}";

    private final Vertx vertx = Vertx.vertx();
    private final List<MultiMap> seen = new CopyOnWriteArrayList<>();
    private final HttpOrigin origin = HttpOrigin.start(vertx, this::answer);
    private TestGateway gateway;
    private int port;

    @TempDir
    Path certificates;

    @BeforeEach
    void start() throws Exception {
        TestCertificates.server(certificates, "default", "EC", "localhost");
        gateway = TestGateway.start(
                List.of("* " + origin.address() + ",over_http"),
                Map.of(
                        "http.tls-certificates", certificates.toString(),
                        "http.tls-port", "0",
                        "http.outbox-bytes", "65536",
                        "drain.wait-seconds", "0",
                        "drain.hold-seconds", "2",
                        "drain.holds-per-second", "15"));
        port = gateway.gateway().httpsPort();
    }

    @AfterEach
    void close() {
        gateway.close();
        vertx.close().await();
    }

    private void answer(HttpServerRequest request) {
        seen.add(request.headers());
        switch (request.path()) {
            case "/stream" ->
                request.response()
                        .putHeader("Content-Type", "text/event-stream")
                        .putHeader("Grip-Hold", "stream")
                        .putHeader("Grip-Channel", "news")
                        .end("data: open\n\n");
            case "/poll" ->
                request.response()
                        .putHeader("Grip-Hold", "response")
                        .putHeader("Grip-Channel", "news")
                        .end("nothing\n");
            case "/ws" ->
                request.response()
                        .putHeader("Content-Type", "application/websocket-events")
                        .putHeader("Sec-WebSocket-Extensions", "grip")
                        .end("OPEN\r\nTEXT " + Integer.toHexString(SUBSCRIBE.length()) + "\r\n" + SUBSCRIBE + "\r\n");
            case "/echo" -> request.body().onSuccess(body -> request.response().end(body));
            default ->
                request.response()
                        .putHeader("Connection", "x-hop")
                        .putHeader("X-Hop", "1")
                        .end("plain");
        }
    }

    private HttpClient client(HttpVersion version) {
        var options = new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(version)
                .setHttp2MultiplexingLimit(-1)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(port);
        return vertx.createHttpClient(
                options, new PoolOptions().setHttp1MaxSize(100).setHttp2MaxSize(1));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    private void publish(String json) throws Exception {
        assertThat(HttpWire.exchange(gateway.controlPort(), HttpWire.request("POST", "/publish/", json))
                        .status())
                .isEqualTo(200);
    }

    private static String item(String content) {
        return new JsonObject()
                .put("channel", "news")
                .put(
                        "formats",
                        new JsonObject()
                                .put("http-stream", new JsonObject().put("content", content))
                                .put("http-response", new JsonObject().put("body", content))
                                .put("ws-message", new JsonObject().put("content", content)))
                .encode();
    }

    private long level(Gauge gauge) {
        return gateway.gateway().stats().value(gauge);
    }

    /** A stream that notes what it gets. */
    private static final class Stream {
        final Buffer got = Buffer.buffer();
        final HttpClientResponse response;
        volatile boolean ended;
        volatile boolean broken;

        Stream(HttpClientResponse response) {
            this.response = response;
            response.handler(bytes -> {
                synchronized (got) {
                    got.appendBuffer(bytes);
                }
            });
            response.endHandler(end -> ended = true);
            response.exceptionHandler(e -> broken = true);
        }

        String text() {
            synchronized (got) {
                return got.toString();
            }
        }
    }

    private static Stream stream(HttpClient client) throws Exception {
        return await(client.request(HttpMethod.GET, "/stream")
                .compose(HttpClientRequest::send)
                .map(Stream::new));
    }

    private List<Stream> streams(HttpClient client) throws Exception {
        var streams = new ArrayList<Stream>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(stream(client));
        }
        soon(() -> assertThat(level(Gauge.STREAM_HOLDS)).isEqualTo(STREAMS));
        return streams;
    }

    @Test
    void thirty_streams_of_one_connection_get_what_is_published_and_end_one_by_one() throws Exception {
        HttpClient client = client(HttpVersion.HTTP_2);
        List<Stream> streams = streams(client);
        assertThat(level(Gauge.CONNECTIONS)).isEqualTo(1);
        assertThat(streams).allMatch(stream -> stream.response.version() == HttpVersion.HTTP_2);
        for (int i = 0; i < 20; i++) {
            publish("{\"items\":[" + item("data: " + i + "\n\n") + "]}");
        }
        soon(() -> assertThat(streams)
                .allSatisfy(stream -> assertThat(stream.text()).endsWith("data: 19\n\n")));
        assertThat(streams.get(7).text()).startsWith("data: open\n\ndata: 0\n\ndata: 1\n\n");

        // One goes: the others stay.
        var unused = streams.get(0).response.request().reset(8);
        soon(() -> assertThat(level(Gauge.STREAM_HOLDS)).isEqualTo(STREAMS - 1));
        publish("{\"items\":[" + item("data: on\n\n") + "]}");
        soon(() -> assertThat(streams.subList(1, STREAMS))
                .allSatisfy(stream -> assertThat(stream.text()).endsWith("data: on\n\n")));

        gateway.gateway().drain();
        soon(() -> assertThat(streams.stream().filter(stream -> stream.ended)).isNotEmpty());
        assertThat(streams.subList(1, STREAMS)).as("not all at once").anyMatch(stream -> !stream.ended);
        soon(() -> assertThat(streams.subList(1, STREAMS)).allMatch(stream -> stream.ended));
        assertThat(streams.subList(1, STREAMS)).noneMatch(stream -> stream.broken);
        assertThat(gateway.gateway().stats().value(Counter.HOLDS_DRAINED)).isEqualTo(STREAMS - 1);
    }

    @Test
    void requests_pass_through_as_over_http_1() throws Exception {
        for (HttpVersion version : List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)) {
            seen.clear();
            var bodies = new CopyOnWriteArrayList<String>();
            HttpClient client = client(version);
            HttpClientResponse plain = await(client.request(new RequestOptions()
                            .setURI("/x?y=1")
                            .setServer(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                            .setHost("name.test"))
                    .compose(request -> {
                        request.headers().add("Cookie", "a=1").add("Cookie", "b=2");
                        return request.send();
                    })
                    .compose(response -> response.body().map(body -> {
                        bodies.add(body.toString());
                        return response;
                    })));
            assertThat(plain.version()).isEqualTo(version);
            assertThat(bodies).containsExactly("plain");
            assertThat(plain.getHeader("X-Hop")).isNull();
            assertThat(plain.getHeader("Transfer-Encoding")).isNull();
            if (version == HttpVersion.HTTP_2) {
                assertThat(seen.get(0).getAll("Cookie")).containsExactly("a=1; b=2");
            }
            assertThat(seen.get(0).get("Host")).startsWith("name.test");
            assertThat(seen.get(0).get("X-Forwarded-Proto")).isEqualTo("https");

            byte[] large = new byte[3_000_000];
            Arrays.fill(large, (byte) 'x');
            Buffer echoed = await(client.request(HttpMethod.POST, "/echo")
                    .compose(request -> request.send(Buffer.buffer(large)))
                    .compose(HttpClientResponse::body));
            assertThat(echoed.getBytes()).isEqualTo(large);

            var poll = client.request(HttpMethod.GET, "/poll")
                    .compose(HttpClientRequest::send)
                    .compose(HttpClientResponse::body);
            soon(() -> assertThat(level(Gauge.RESPONSE_HOLDS)).isEqualTo(1));
            publish("{\"items\":[" + item("answer\n") + "]}");
            assertThat(await(poll).toString()).isEqualTo("answer\n");
            await(client.close());
        }
    }

    @Test
    void a_client_that_does_not_read_loses_items_which_are_counted_and_costs_the_others_nothing() throws Exception {
        HttpClient client = client(HttpVersion.HTTP_2);
        Stream slow = stream(client);
        slow.response.pause();
        Stream other = stream(client(HttpVersion.HTTP_2));
        String content = "data: " + "x".repeat(8000) + "\n\n";
        for (int i = 0; i < 100; i++) {
            publish("{\"items\":[" + item(content) + "]}");
        }
        soon(() -> assertThat(other.text()).hasSize("data: open\n\n".length() + 100 * content.length()));
        soon(() -> assertThat(gateway.gateway().stats().value(DropReason.OUTBOX_FULL))
                .isPositive());
        assertThat(slow.broken).isFalse();
    }

    @Test
    void a_websocket_upgrades_over_tls() throws Exception {
        BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        var listener = new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                texts.add(data.toString());
                socket.request(1);
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                texts.add("closed " + code);
                return null;
            }
        };
        WebSocket socket = java.net.http.HttpClient.newBuilder()
                .sslContext(TrustingAll.context())
                .build()
                .newWebSocketBuilder()
                .buildAsync(URI.create("wss://localhost:" + port + "/ws"), listener)
                .get(20, TimeUnit.SECONDS);
        soon(() -> assertThat(level(Gauge.SUBSCRIPTIONS)).isEqualTo(1));
        publish("{\"items\":[" + item("hello") + "]}");
        assertThat(texts.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
        gateway.gateway().drain();
        assertThat(texts.poll(20, TimeUnit.SECONDS)).isEqualTo("closed 1012");
        socket.abort();
    }
}
