package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.testing.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A drain in its time: what clients, publishers and the operator see of it. */
@Timeout(120)
class PacedDrainIT {
    private static final int STREAMS = 300;
    private static final int POLLS = 100;
    private static final int SOCKETS = 100;
    private static final int HOLDS = STREAMS + POLLS + SOCKETS;

    private final Vertx vertx = Vertx.vertx();
    private final NetClient net = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    private final HttpClient http = HttpClient.newHttpClient();
    private final HoldOrigin origin = new HoldOrigin();
    private @Nullable TestGateway started;

    private void start(String wait, String hold) throws Exception {
        started = TestGateway.start(
                List.of("* " + origin.address() + ",over_http"),
                Map.of(
                        "drain.wait-seconds", wait,
                        "drain.hold-seconds", hold,
                        "drain.holds-per-second", "100",
                        "drain.limit-seconds", "200",
                        "drain.retry-millis", "2000"));
    }

    @AfterEach
    void stop() throws Exception {
        if (started != null) {
            started.close();
        }
        origin.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private TestGateway node() {
        return Objects.requireNonNull(started);
    }

    private static List<TimedClient> open(int count, IntFunction<Future<TimedClient>> one) throws Exception {
        var opened = new ArrayList<TimedClient>();
        for (int i = 0; i < count; i++) {
            opened.add(one.apply(i).await(10, TimeUnit.SECONDS));
        }
        return opened;
    }

    private long level(Gauge gauge) {
        return node().gateway().stats().value(gauge);
    }

    private URI ops(String path) {
        return URI.create("http://127.0.0.1:" + node().gateway().opsPort() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(ops(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonObject post(String path) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(ops(path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(202);
        return new JsonObject(answer.body());
    }

    private void publish(int number) throws Exception {
        String item = "{\"items\":[{\"channel\":\"all\",\"formats\":{\"http-stream\":{\"content\":\"data: " + number
                + "\\n\\n\"},\"ws-message\":{\"content\":\"<" + number + ">\"}}}]}";
        URI uri = URI.create("http://127.0.0.1:" + node().controlPort() + "/publish/");
        assertThat(http.send(
                                HttpRequest.newBuilder(uri)
                                        .POST(HttpRequest.BodyPublishers.ofString(item))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void holds_end_spread_over_the_time_told_properly_and_nothing_is_lost() throws Exception {
        start("1", "3");
        int port = node().httpPort();
        List<TimedClient> streams = open(STREAMS, i -> TimedClient.stream(net, port, "/events/" + i));
        List<TimedClient> polls = open(POLLS, i -> TimedClient.stream(net, port, "/poll/" + i));
        List<TimedClient> sockets = open(SOCKETS, i -> TimedClient.socket(net, port, "/socket/" + i));
        await().atMost(Duration.ofSeconds(60)).until(() -> level(Gauge.SUBSCRIPTIONS) == HOLDS);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> streams.stream().allMatch(stream -> stream.text().contains("data: 0")));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> sockets.stream().allMatch(socket -> socket.text().contains("\r\n\r\n")));
        int number = 0;
        publish(++number);

        JsonObject begun = post("/api/drain");
        assertThat(begun.getString("phase")).isIn("serving", "waiting");
        HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("the node is draining");
        assertThat(level(Gauge.STREAM_HOLDS)).as("during the wait").isEqualTo(STREAMS);
        // The balancer does not know yet: who comes now is served, and told to connect elsewhere the next time.
        TimedClient late = TimedClient.stream(net, port, "/plain").await(10, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(30)).until(late::over);
        assertThat(late.text()).containsIgnoringCase("connection: close").endsWith("plain\n");

        Future<?> closed = node().gateway().drain();
        var underway = new ArrayList<JsonObject>();
        String metrics = "";
        while (level(Gauge.STREAM_HOLDS) > 0) {
            publish(++number);
            JsonObject report = new JsonObject(get("/api/drain").body());
            int ended = report.getInteger("ended");
            if (ended > 0 && ended < HOLDS) {
                if (underway.isEmpty()) {
                    // Later the ops port may be gone.
                    metrics = get("/metrics").body();
                }
                underway.add(report);
            }
        }
        assertThat(underway).hasSizeGreaterThan(1).allSatisfy(report -> {
            assertThat(report.getString("phase")).isIn("ending-holds", "finishing-requests");
            assertThat(report.getInteger("secondsLeft")).isBetween(0, 3);
            JsonObject left = report.getJsonObject("left");
            int all = left.getInteger("streams") + left.getInteger("longPolls") + left.getInteger("webSockets");
            // One that just ended may still be counted.
            assertThat(all).isBetween(1, HOLDS);
        });
        assertThat(metrics).contains("\nsluice_draining 1\n", "sluice_holds_drained_total");
        await().atMost(Duration.ofSeconds(60)).until(closed::isComplete);
        assertThat(closed.succeeded()).isTrue();

        assertSpread(List.of(streams, polls, sockets));
        streams.forEach(PacedDrainIT::assertWholeStream);
        polls.forEach(poll -> assertThat(poll.text()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nlater\n"));
        sockets.forEach(PacedDrainIT::assertWholeSocket);
        assertRetriesSpread(streams);
        assertThat(node().gateway().stats().value(Counter.HOLDS_DRAINED)).isEqualTo(HOLDS);
        assertThat(origin.gone).as("all origins told").hasValue(STREAMS + POLLS);
    }

    @Test
    void a_drain_in_a_hurry_ends_all_at_once_but_properly() throws Exception {
        start("60", "60");
        int port = node().httpPort();
        List<TimedClient> streams = open(50, i -> TimedClient.stream(net, port, "/events/" + i));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> streams.stream().allMatch(stream -> stream.text().contains("data: 0")));
        long begun = System.nanoTime();
        post("/api/drain");
        post("/api/drain?now=true");
        await().atMost(Duration.ofSeconds(40)).until(() -> streams.stream().allMatch(TimedClient::over));
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("neither waited nor paced")
                .isLessThan(Duration.ofSeconds(30));
        streams.forEach(PacedDrainIT::assertWholeStream);
    }

    /** Not at once, and in random order: each kind has ends in either half of all. */
    private static void assertSpread(List<List<TimedClient>> all) {
        List<Long> ends = all.stream()
                .flatMap(List::stream)
                .map(TimedClient::endedNanos)
                .sorted()
                .toList();
        long first = ends.get(0);
        long last = ends.get(ends.size() - 1);
        assertThat(Duration.ofNanos(last - first)).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(20));
        long[] slices = new long[10];
        ends.forEach(end -> slices[(int) Math.min(9, (end - first) * 10 / (last - first))]++);
        // How even it is depends on the machine too; PacedEndsTest is exact.
        assertThat(LongStream.of(slices).boxed())
                .allSatisfy(slice -> assertThat(slice).isLessThanOrEqualTo(HOLDS * 6L / 10));
        long middle = ends.get(ends.size() / 2);
        for (List<TimedClient> kind : all) {
            long half =
                    kind.stream().filter(client -> client.endedNanos() < middle).count();
            assertThat(half)
                    .as("of each kind half in either half of all ends")
                    .isBetween(kind.size() * 35L / 100, kind.size() * 65L / 100);
        }
    }

    private static void assertWholeStream(TimedClient stream) {
        String text = stream.text();
        assertThat(text).matches("(?s)HTTP/1.1 200 .*\r\nretry: [0-9]+\n\r\n0\r\n\r\n");
        assertInOrder("data: (\\d+)\n", text);
    }

    private static void assertWholeSocket(TimedClient socket) {
        assertThat(socket.closeCode()).isEqualTo(1012);
        assertInOrder("<(\\d+)>", socket.text());
    }

    /** From the first one on without a gap. */
    private static void assertInOrder(String pattern, String text) {
        List<Integer> numbers = Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .toList();
        int first = numbers.get(0);
        assertThat(numbers)
                .isEqualTo(
                        IntStream.range(first, first + numbers.size()).boxed().toList());
    }

    private static void assertRetriesSpread(List<TimedClient> streams) {
        var millis = new ArrayList<Integer>();
        for (TimedClient stream : streams) {
            Matcher retry = Pattern.compile("retry: (\\d+)").matcher(stream.text());
            assertThat(retry.find()).isTrue();
            millis.add(Integer.parseInt(retry.group(1)));
        }
        assertThat(millis).allSatisfy(each -> assertThat(each).isBetween(200, 2000));
        assertThat(millis.stream().mapToInt(i -> i).average().orElse(0)).isBetween(900.0, 1300.0);
    }
}
