package io.sluice.cli;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.WatchedRoutes;
import io.sluice.protocol.HttpWire;
import io.sluice.stats.Gauge;
import io.sluice.testing.FreePorts;
import io.sluice.testing.HttpOrigin;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whole nodes in this process: what their rooms do together. */
class GatewayIT {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private HttpOrigin origin(Handler<HttpServerRequest> handler) {
        HttpOrigin origin = HttpOrigin.start(vertx, request -> {
            asked.add(request.uri());
            handler.handle(request);
        });
        opened.add(origin);
        return origin;
    }

    /** Holds each path as a stream or a long-poll of the channel of that name. */
    private HttpOrigin holding(String mode) {
        return origin(request -> request.response()
                .putHeader("Grip-Hold", mode)
                .putHeader("Grip-Channel", request.path().substring(1))
                .end());
    }

    private Gateway start(SettingsLoader loader, WatchedRoutes routes) throws TimeoutException {
        Gateway gateway = Gateway.start(settings(loader), routes).await(30, TimeUnit.SECONDS);
        opened.add(() -> gateway.close().await(60, TimeUnit.SECONDS));
        return gateway;
    }

    private Gateway start(Map<String, String> overrides, String... lines) throws TimeoutException {
        var loader = new SettingsLoader();
        overrides.forEach((key, value) -> loader.flag("--set", key, value));
        return start(loader, WatchedRoutes.read(new Settings.RoutesSource(null, List.of(lines))));
    }

    private static Settings settings(SettingsLoader loader) {
        loader.flag("--set", "http.host", "127.0.0.1").flag("--set", "http.port", "0");
        return loader.flag("--set", "control.port", "0")
                .flag("--set", "ops.port", "0")
                .load()
                .settings();
    }

    private HttpWire client(Gateway gateway, String target, String... headers) throws IOException {
        HttpWire wire = HttpWire.open(gateway.httpPort()).send(request("GET", target, null, headers));
        opened.add(wire);
        return wire;
    }

    private static JsonObject item(String channel, String content) {
        return new JsonObject()
                .put("channel", channel)
                .put(
                        "formats",
                        new JsonObject()
                                .put("http-stream", new JsonObject().put("content", content))
                                .put("http-response", new JsonObject().put("body", content)));
    }

    private static String publish(Gateway gateway, JsonObject item) throws IOException {
        String items = new JsonObject().put("items", new JsonArray().add(item)).encode();
        return exchange(gateway.controlPort(), request("POST", "/publish/", items))
                .text();
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(20));
    }

    @Test
    void publishes_from_its_own_bus() throws Exception {
        Gateway gateway = start(Map.of(), "* " + holding("stream").address());
        HttpWire client = client(gateway, "/news");
        client.head();

        JsonObject receipt = gateway.vertx()
                .eventBus()
                .<JsonObject>request("sluice.publish", item("news", "hello\n").put("id", "1"))
                .await(10, TimeUnit.SECONDS)
                .body();
        JsonObject again = gateway.vertx()
                .eventBus()
                .<JsonObject>request(
                        "sluice.publish",
                        new JsonObject()
                                .put(
                                        "items",
                                        new JsonArray().add(item("news", "x").put("id", "1"))))
                .await(10, TimeUnit.SECONDS)
                .body();

        JsonObject first = receipt.getJsonArray("items").getJsonObject(0);
        assertThat(first.getString("status")).isEqualTo("accepted");
        assertThat(first.getInteger("matched")).isEqualTo(1);
        assertThat(again.getJsonArray("items").getJsonObject(0).getString("status"))
                .isEqualTo("duplicate");
        assertThat(client.readUntil("\n")).isEqualTo("hello\n");
        assertThatThrownBy(() -> gateway.vertx()
                        .eventBus()
                        .request("sluice.publish", new JsonObject().put("formats", new JsonObject()))
                        .await(10, TimeUnit.SECONDS))
                .hasMessageContaining("does not contain 'channel'");
    }

    @Test
    void two_nodes_deliver_what_either_takes() throws Exception {
        String cluster = "it-" + UUID.randomUUID();
        List<Integer> ports = FreePorts.take(2);
        HttpOrigin streams = holding("stream");
        HttpOrigin polls = holding("response");
        var nodes = new ArrayList<Gateway>();
        for (int i = 0; i < 2; i++) {
            nodes.add(start(
                    Map.of(
                            "node.name",
                            "n" + i,
                            "cluster.name",
                            cluster,
                            "cluster.port",
                            ports.get(i).toString(),
                            "cluster.join",
                            "127.0.0.1:" + ports.get(0)),
                    "* " + streams.address(),
                    "poll.test " + polls.address()));
        }
        for (int here = 0; here < 2; here++) {
            Gateway holder = nodes.get(here);
            Gateway other = nodes.get(1 - here);
            String polled = "p" + here;
            HttpWire stream = client(holder, "/s" + here);
            stream.head();
            HttpWire poll = client(holder, "/p" + here, "Host: poll.test");
            within(20).until(() -> holder.stats().value(Gauge.RESPONSE_HOLDS) == 1);

            assertThat(publish(other, item("s" + here, "over http\n"))).isEqualTo("Published\n");
            assertThat(stream.readUntil("\n")).isEqualTo("over http\n");
            other.vertx()
                    .eventBus()
                    .request("sluice.publish", item("s" + here, "over the bus\n"))
                    .await(10, TimeUnit.SECONDS);
            assertThat(stream.readUntil("\n")).isEqualTo("over the bus\n");
            within(20).until(() -> {
                publish(other, item(polled, "polled"));
                return holder.stats().value(Gauge.RESPONSE_HOLDS) == 0;
            });
            assertThat(poll.reply().text()).isEqualTo("polled");
        }
    }

    @Test
    void new_routes_leave_connections_alone(@TempDir Path directory) throws Exception {
        HttpOrigin old = holding("stream");
        HttpOrigin fresh = HttpOrigin.answering(vertx, "fresh");
        opened.add(fresh);
        Path file = directory.resolve("routes");
        Files.writeString(file, "* " + old.address() + "\n");
        WatchedRoutes routes = WatchedRoutes.open(new Settings.RoutesSource(file, List.of()));
        opened.add(routes);
        Gateway gateway = start(new SettingsLoader(), routes);
        HttpWire stream = client(gateway, "/held");
        stream.head();

        Path edited = directory.resolve("routes.new");
        Files.writeString(edited, "* " + fresh.address() + "\nwrong\n");
        Files.move(edited, file, StandardCopyOption.REPLACE_EXISTING);

        within(20).until(() -> !routes.problems().isEmpty());
        assertThat(exchange(gateway.httpPort(), request("GET", "/held", null)).text())
                .isEqualTo("fresh");
        assertThat(publish(gateway, item("held", "still here\n"))).isEqualTo("Published\n");
        assertThat(stream.readUntil("\n")).isEqualTo("still here\n");
    }

    @Test
    void a_keep_alive_connection_takes_the_new_route(@TempDir Path directory) throws Exception {
        HttpOrigin one = HttpOrigin.answering(vertx, "one");
        HttpOrigin two = HttpOrigin.answering(vertx, "two");
        opened.addAll(List.of(one, two));
        Path file = directory.resolve("routes");
        Files.writeString(file, "* " + one.address() + "\n");
        WatchedRoutes routes = WatchedRoutes.open(new Settings.RoutesSource(file, List.of()));
        opened.add(routes);
        Gateway gateway = start(new SettingsLoader(), routes);
        HttpWire wire = client(gateway, "/");
        assertThat(wire.reply().text()).isEqualTo("one");

        Files.writeString(file, "* " + two.address() + "\n");
        routes.reload();

        assertThat(wire.send(request("GET", "/", null)).reply().text()).isEqualTo("two");
    }

    @Test
    void a_routes_log_level_decides_about_its_request_lines() throws Exception {
        HttpOrigin origin = HttpOrigin.answering(vertx, "x");
        opened.add(origin);
        Gateway gateway = start(
                Map.of(),
                "quiet.test,log_level=1 " + origin.address(),
                "loud.test,log_level=2 " + origin.address(),
                "* " + origin.address());
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        var logger = (Logger) LoggerFactory.getLogger("io.sluice");
        logger.addAppender(log);
        opened.add(() -> logger.detachAppender(log));

        for (String host : List.of("quiet.test", "loud.test", "any.test")) {
            exchange(gateway.httpPort(), request("GET", "/line", null, "Host: " + host));
        }

        within(10).until(() -> lines(log).size() == 2);
        assertThat(lines(log)).noneMatch(line -> line.contains("quiet.test"));
    }

    private static List<String> lines(ListAppender<ILoggingEvent> log) {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith("request "))
                .toList();
    }

    @Test
    void nothing_is_left_of_clients_that_have_gone() throws Exception {
        Gateway gateway = start(
                Map.of("channels.subscription-linger-seconds", "0"),
                "* "
                        + origin(request -> {
                                    String channel = request.path().substring(1);
                                    request.response()
                                            .putHeader("Grip-Hold", channel.startsWith("p") ? "response" : "stream")
                                            .putHeader("Grip-Channel", channel + ", all")
                                            .end();
                                })
                                .address());
        for (int round = 0; round < 3; round++) {
            var clients = new ArrayList<HttpWire>();
            for (int i = 0; i < 40; i++) {
                clients.add(client(gateway, (i % 2 == 0 ? "/p" : "/s") + round + "-" + i));
            }
            within(20).until(() -> gateway.stats().value(Gauge.SUBSCRIPTIONS) == 80);
            for (HttpWire wire : clients) {
                wire.reset();
            }
            within(20)
                    .untilAsserted(() -> assertThat(List.of(Gauge.values()))
                            // A home remembers its channels for as long as their items' ids.
                            .filteredOn(level -> level != Gauge.HOMED_CHANNELS)
                            .allSatisfy(level -> assertThat(gateway.stats().value(level))
                                    .as(level.name())
                                    .isZero()));
        }
        String items = new JsonObject()
                .put("items", new JsonArray().add(item("all", "x")))
                .encode();
        assertThat(new JsonObject(exchange(
                                        gateway.controlPort(),
                                        request("POST", "/publish/", items, "Accept: application/json"))
                                .text())
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getInteger("matched"))
                .isZero();
    }

    @Test
    void a_fetch_that_nobody_waits_for_is_given_up() throws Exception {
        var closed = new CopyOnWriteArrayList<String>();
        HttpOrigin origin = origin(request -> {
            if (request.path().equals("/silent")) {
                request.response().closeHandler(gone -> closed.add("gone"));
                request.connection().closeHandler(gone -> closed.add("closed"));
            } else {
                request.response().putHeader("Grip-Link", "</silent>; rel=next").end("first");
            }
        });
        Gateway gateway = start(Map.of(), "* " + origin.address());
        HttpWire client = client(gateway, "/");
        client.head();
        within(10).until(() -> asked.contains("/silent"));

        client.reset();

        within(10).until(() -> closed.contains("closed"));
        assertThat(gateway.stats().value(Gauge.ORIGIN_REQUESTS)).isZero();
    }

    /** As django-eventstream does it: one path, the user in the link's query, a channel for each user. */
    @Test
    void two_users_of_one_path_keep_their_own_meta_and_channels() throws Exception {
        var slow = new CopyOnWriteArrayList<HttpServerRequest>();
        HttpOrigin origin = origin(request -> {
            String user = request.getParam("user");
            if (request.getParam("next") == null) {
                instruct(request, user, "");
            } else {
                // Slow: nobody is answered before both have asked.
                slow.add(request);
                if (slow.size() == 2) {
                    slow.forEach(waiting -> instruct(
                            waiting, waiting.getParam("user"), "backlog of " + waiting.getParam("user") + "\n"));
                }
            }
        });
        Gateway gateway = start(Map.of("channels.update-on-first-subscription", "false"), "* " + origin.address());
        HttpWire alice = client(gateway, "/events?user=alice");
        HttpWire bob = client(gateway, "/events?user=bob");
        alice.head();
        bob.head();

        assertThat(exchange(gateway.controlPort(), request("POST", "/recover/", ""))
                        .text())
                .isEqualTo("Updated\n");

        assertThat(alice.readUntil("\n")).isEqualTo("backlog of alice\n");
        assertThat(bob.readUntil("\n")).isEqualTo("backlog of bob\n");
        publish(
                gateway,
                item("events", "not for alice\n")
                        .put("id", "2")
                        .put("prev-id", "1")
                        .put("meta", new JsonObject().put("skip_users", "alice")));
        publish(gateway, item("user-alice", "for alice\n"));
        publish(gateway, item("user-bob", "for bob\n"));
        assertThat(alice.readUntil("\n")).isEqualTo("for alice\n");
        assertThat(bob.readUntil("\n")).isEqualTo("not for alice\n");
        assertThat(bob.readUntil("\n")).isEqualTo("for bob\n");
    }

    private static void instruct(HttpServerRequest request, String user, String body) {
        request.response()
                .putHeader("Grip-Hold", "stream")
                .putHeader(
                        "Grip-Channel", "events; prev-id=1; filter=skip-users, user-" + user + "; filter=require-sub")
                .putHeader("Grip-Set-Meta", "user=" + user)
                .putHeader("Grip-Link", "</events?next=1&user=" + user + ">; rel=next")
                .end(body);
    }
}
