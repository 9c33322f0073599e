package io.sluice.eventstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.stats.DropReason;
import io.sluice.testing.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * The load under which SSE died with {@code build-id: no sub meta 'id_format'}: an origin as django-eventstream is, long backlogs
 * in pages without a hold, many clients, a steady stream of items, and connections that break meanwhile.
 */
class DjangoEventStreamIT {
    private static final int CLIENTS = 200;
    private static final int ITEMS_PER_SECOND = 60;
    private static final int SECONDS = Integer.getInteger("sluice.eventstream.seconds", 10);
    private static final int BACKLOG = 450;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Vertx vertx = Vertx.vertx();
    /** A field: a client that nobody holds is closed by the collector, requests under way with it. */
    private final HttpClient control = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(4));

    @BeforeEach
    void listenToTheLog() {
        log.start();
        ((Logger) LoggerFactory.getLogger("io.sluice")).addAppender(log);
    }

    @AfterEach
    void close() throws Exception {
        ((Logger) LoggerFactory.getLogger("io.sluice")).detachAppender(log);
        get(vertx.close());
    }

    @Test
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void every_client_sees_every_event_once_in_order_under_load() throws Exception {
        run(true, CLIENTS, ITEMS_PER_SECOND * SECONDS, 1000 / ITEMS_PER_SECOND);
    }

    /** As libraries did before they learned to send it: the meta comes with the hold only. */
    @ParameterizedTest
    @ValueSource(ints = {20})
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void pages_without_meta_are_no_failure(int clients) throws Exception {
        run(false, clients, 200, 10);
    }

    private void run(boolean metaOnPages, int count, int items, int periodMillis) throws Exception {
        var origin = new EventStreamOrigin(vertx, metaOnPages);
        for (int i = 1; i <= BACKLOG; i++) {
            origin.add("100% event " + i);
        }
        int originPort = get(origin.start());
        try (var gateway = TestGateway.start(List.of("* 127.0.0.1:" + originPort), Map.of())) {
            HttpClient http = vertx.createHttpClient(
                    new HttpClientOptions().setKeepAlive(false), new PoolOptions().setHttp1MaxSize(count));
            List<EventSourceClient> clients = connect(http, gateway.httpPort(), count);
            publish(origin, gateway, items, periodMillis, clients);
            List<String> expected = IntStream.rangeClosed(1, BACKLOG + items)
                    .mapToObj(i -> "news:" + i + " 100% event " + i)
                    .toList();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(clients)
                            .extracting(client -> client.events.size())
                            .allMatch(size -> size >= expected.size()));
            clients.forEach(EventSourceClient::close);
            for (EventSourceClient client : clients) {
                assertThat(client.events.stream().map(event -> event.id() + " " + event.data()))
                        .containsExactlyElementsOf(expected);
            }
            assertThat(origin.pages.get()).as("backlogs were paged").isGreaterThanOrEqualTo(4 * count);
            assertThat(origin.mixedUsers.get())
                    .as("no link of one user fetched for another")
                    .isZero();
            assertThat(gateway.gateway().stats().value(DropReason.FILTER_FAILED))
                    .isZero();
            assertThat(warnings()).isEmpty();
        }
    }

    private static List<EventSourceClient> connect(HttpClient http, int port, int count) {
        var clients = new ArrayList<EventSourceClient>();
        for (int i = 0; i < count; i++) {
            var client = new EventSourceClient(http, port, "/events?user=u" + i);
            clients.add(client);
            client.connect();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> clients.stream().allMatch(client -> client.open));
        return clients;
    }

    /** One item each period; now and then a client's connection breaks, and it comes back with its Last-Event-ID. */
    private void publish(
            EventStreamOrigin origin, TestGateway gateway, int items, int periodMillis, List<EventSourceClient> clients)
            throws Exception {
        var published = new AtomicInteger();
        var accepted = new AtomicInteger();
        var failures = new CopyOnWriteArrayList<String>();
        vertx.getOrCreateContext()
                .runOnContext(start -> vertx.setPeriodic(periodMillis, timer -> {
                    int n = published.incrementAndGet();
                    if (n > items) {
                        vertx.cancelTimer(timer);
                        return;
                    }
                    if (n % 20 == 0) {
                        clients.get(n / 20 * 7 % clients.size()).cut();
                    }
                    int id = origin.add("100% event " + (BACKLOG + n));
                    post(gateway.controlPort(), id)
                            .onSuccess(done -> accepted.incrementAndGet())
                            .onFailure(e -> failures.add(id + ": " + e.getMessage()));
                }));
        await().atMost(Duration.ofSeconds(150)).until(() -> accepted.get() + failures.size() == items);
        assertThat(failures).isEmpty();
    }

    private Future<?> post(int port, int id) {
        JsonObject stream = new JsonObject()
                .put("content", "event: message\nid: %I\ndata: 100%% event " + id + "\n\n")
                .put("content-filters", new JsonArray().add("build-id"));
        JsonObject item = new JsonObject()
                .put("channel", "events-" + EventStreamOrigin.CHANNEL)
                .put("id", Integer.toString(id))
                .put("prev-id", Integer.toString(id - 1))
                .put("formats", new JsonObject().put("http-stream", stream));
        return control.request(HttpMethod.POST, port, "127.0.0.1", "/publish/")
                .compose(request -> request.send(
                        new JsonObject().put("items", new JsonArray().add(item)).toBuffer()))
                .compose(response -> response.statusCode() == 200
                        ? response.end()
                        : Future.failedFuture("code " + response.statusCode()));
    }

    private List<String> warnings() {
        // The gateway is closing, but may still log: a copy.
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
