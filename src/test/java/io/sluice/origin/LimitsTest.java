package io.sluice.origin;

import static io.sluice.origin.VertxOriginClientTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.grip.Headers;
import io.sluice.origin.OriginException.Kind;
import io.sluice.stats.Counter;
import io.sluice.testing.HttpOrigin;
import io.sluice.testing.RawOrigin;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** No time-out of ours ends anything within a test. */
    private static final Settings.Origins PATIENT = Fixtures.limits(10_000, 1000, 1000, 55, 4, 4);

    private static Settings.Origins limits(int connections, int waiting) {
        return Fixtures.limits(1000, 5, 5, 55, connections, waiting);
    }

    private static OriginRequest get(int port) {
        return Fixtures.get("/", Fixtures.route(Fixtures.target(port)));
    }

    @Test
    void connections_are_bounded_and_so_is_the_wait_for_them() {
        var go = new CountDownLatch(1);
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        try (var loop = new Loop(limits(2, 3));
                var origin = RawOrigin.start(c -> {
                    while (c.readHead() != null) {
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        go.await();
                        atOnce.decrementAndGet();
                        c.send(OK);
                    }
                })) {
            List<Future<Loop.Answer>> sent = loop.call(() -> {
                var all = new ArrayList<Future<Loop.Answer>>();
                for (int i = 0; i < 7; i++) {
                    all.add(loop.sendNow(get(origin.port())));
                }
                return Future.succeededFuture(all);
            });
            assertFails(Kind.OVERLOADED, () -> loop.call(() -> sent.get(5)));
            assertFails(Kind.OVERLOADED, () -> loop.call(() -> sent.get(6)));
            Awaitility.await().until(() -> atOnce.get() == 2);
            go.countDown();
            for (int i = 0; i < 5; i++) {
                int index = i;
                assertThat(loop.call(() -> sent.get(index)).body()).isEqualTo("ok");
            }
            assertThat(most.get()).isEqualTo(2);
            assertThat(origin.accepted()).isEqualTo(2);
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isZero();
            loop.awaitQuiet();
        }
    }

    @Test
    void who_gives_up_waiting_makes_room() {
        var go = new CountDownLatch(1);
        try (var loop = new Loop(limits(1, 1));
                var origin = RawOrigin.start(c -> {
                    while (c.readHead() != null) {
                        go.await();
                        c.send(OK);
                    }
                })) {
            var cancellation = new Cancellation();
            List<Future<?>> sent = loop.call(() -> {
                List<Future<?>> all = new ArrayList<>();
                all.add(loop.sendNow(get(origin.port())));
                all.add(loop.send(get(origin.port()), cancellation));
                cancellation.cancel();
                all.add(loop.sendNow(get(origin.port())));
                return Future.succeededFuture(all);
            });
            assertFails(Kind.CLIENT_GONE, () -> loop.call(() -> sent.get(1).mapEmpty()));
            go.countDown();
            loop.call(() -> sent.get(0).mapEmpty());
            loop.call(() -> sent.get(2).mapEmpty());
            loop.awaitQuiet();
        }
    }

    @Test
    void a_request_can_be_given_up_before_its_answer() {
        var asked = new CompletableFuture<Boolean>();
        var closed = new CompletableFuture<Boolean>();
        try (var loop = new Loop(PATIENT);
                var origin = RawOrigin.start(c -> {
                    c.readHead();
                    asked.complete(true);
                    c.awaitClosed();
                    closed.complete(true);
                })) {
            var cancellation = new Cancellation();
            Future<OriginResponse> sent =
                    loop.call(() -> Future.succeededFuture(loop.send(get(origin.port()), cancellation)));
            asked.join();
            loop.call(() -> {
                cancellation.cancel();
                return Future.succeededFuture();
            });
            assertFails(Kind.CLIENT_GONE, () -> loop.call(() -> sent));
            assertThat(closed.join()).isTrue();
            loop.awaitQuiet();
            assertFails(Kind.CLIENT_GONE, () -> loop.head(get(origin.port()), cancellation));
        }
    }

    @Test
    void giving_up_closes_a_used_connection_too() {
        var asked = new CompletableFuture<Boolean>();
        var closed = new CompletableFuture<Boolean>();
        try (var loop = new Loop(PATIENT);
                var origin = RawOrigin.start(c -> {
                    c.readHead();
                    c.send(OK);
                    c.readHead();
                    asked.complete(true);
                    c.awaitClosed();
                    closed.complete(true);
                })) {
            loop.answer(get(origin.port()));
            var cancellation = new Cancellation();
            Future<OriginResponse> sent =
                    loop.call(() -> Future.succeededFuture(loop.send(get(origin.port()), cancellation)));
            asked.join();
            loop.call(() -> {
                cancellation.cancel();
                return Future.succeededFuture();
            });
            assertThat(closed.join()).isTrue();
            assertFails(Kind.CLIENT_GONE, () -> loop.call(() -> sent));
            assertThat(origin.accepted()).isEqualTo(1);
        }
    }

    @Test
    void all_happens_on_the_loop_that_sends() {
        try (var loop = new Loop(Fixtures.LIMITS);
                var origin = RawOrigin.answering(OK)) {
            for (int i = 0; i < 20; i++) {
                boolean same = loop.call(() -> {
                    Thread thread = Thread.currentThread();
                    return loop.sendNow(get(origin.port())).map(answer -> thread.equals(Thread.currentThread()));
                });
                assertThat(same).isTrue();
            }
        }
    }

    @Test
    void a_method_that_cannot_be_forwarded_is_refused() {
        try (var loop = new Loop(Fixtures.LIMITS);
                var origin = RawOrigin.answering(OK)) {
            for (String method : List.of("CONNECT", "GET / HTTP/1.1\r\nX:", "")) {
                var route = Fixtures.route(Fixtures.target(origin.port()));
                assertFails(Kind.MALFORMED, () -> loop.head(Fixtures.request(method, "/", RequestBody.EMPTY, route)));
            }
            var own = Fixtures.request("QUERY", "/", RequestBody.EMPTY, Fixtures.route(Fixtures.target(origin.port())));
            assertThat(loop.answer(own).body()).isEqualTo("ok");
        }
    }

    @Test
    void a_silent_origin_is_not_waited_for() {
        try (var loop = new Loop(Fixtures.limits(1000, 1, 30, 55, 4, 4));
                var origin = RawOrigin.start(c -> c.awaitClosed())) {
            assertFails(Kind.TIMEOUT, () -> loop.head(get(origin.port())));
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isEqualTo(1);
            loop.awaitQuiet();
        }
    }

    @Test
    void an_exchange_without_traffic_is_cut() {
        try (var loop = new Loop(Fixtures.limits(1000, 30, 1, 55, 4, 4));
                var origin = RawOrigin.start(c -> {
                    c.readHead();
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
                    c.awaitClosed();
                })) {
            assertFails(Kind.TIMEOUT, () -> loop.answer(get(origin.port())));
            var unread = loop.head(get(origin.port()));
            loop.awaitQuiet();
            assertFails(Kind.TIMEOUT, () -> loop.call(() -> unread.collect(10)));
        }
    }

    @Test
    void an_upload_without_traffic_is_cut() {
        try (var loop = new Loop(Fixtures.limits(1000, 30, 1, 55, 4, 4));
                var origin = RawOrigin.start(c -> c.awaitClosed())) {
            var body = new RequestBody.Streamed(new PushStream(), -1);
            var request = Fixtures.request("POST", "/", body, Fixtures.route(Fixtures.target(origin.port())));
            assertFails(Kind.TIMEOUT, () -> loop.head(request));
        }
    }

    @Test
    void a_target_that_takes_no_connection_in_time_is_passed_over() throws IOException {
        // A full backlog: the kernel answers nobody any more.
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var one = new Socket(full.getInetAddress(), full.getLocalPort());
                var two = new Socket(full.getInetAddress(), full.getLocalPort());
                var loop = new Loop(Fixtures.limits(300, 5, 5, 55, 4, 4));
                var origin = RawOrigin.answering(OK)) {
            assertThat(one.isConnected() && two.isConnected()).isTrue();
            var request = Fixtures.get(
                    "/", Fixtures.route(Fixtures.target(full.getLocalPort()), Fixtures.target(origin.port())));
            assertThat(loop.answer(request).body()).isEqualTo("ok");
        }
    }

    @Test
    void idle_connections_are_closed_in_time() {
        var closed = new CompletableFuture<Boolean>();
        try (var loop = new Loop(Fixtures.limits(1000, 5, 5, 1, 4, 4));
                var origin = RawOrigin.start(c -> {
                    c.readHead();
                    c.send(OK);
                    c.awaitClosed();
                    closed.complete(true);
                })) {
            loop.answer(get(origin.port()));
            assertThat(closed.join()).isTrue();
        }
    }

    @Test
    void names_and_ipv6_are_found() {
        try (var loop = new Loop(Fixtures.LIMITS);
                var origin = RawOrigin.answering(OK)) {
            var local = Fixtures.target("localhost", origin.port(), false, false, false);
            assertThat(loop.answer(Fixtures.get("/", Fixtures.route(local))).body())
                    .isEqualTo("ok");
            var mapped = Fixtures.target("::ffff:127.0.0.1", origin.port(), false, false, false);
            assertThat(loop.answer(Fixtures.get("/", Fixtures.route(mapped))).body())
                    .isEqualTo("ok");
            var unknown = Fixtures.target("no-such-host.invalid", 80, false, false, false);
            assertFails(Kind.UNREACHABLE, () -> loop.head(Fixtures.get("/", Fixtures.route(unknown))));
        }
    }

    @Test
    void a_session_asks_its_route_or_the_host_that_the_uri_names() {
        try (var loop = new Loop(Fixtures.LIMITS);
                var own =
                        HttpOrigin.start(loop.vertx, r -> r.response().end("own " + r.uri() + r.getHeader("Cookie")));
                var other = HttpOrigin.start(loop.vertx, r -> r.response().end("other " + r.authority()))) {
            var route = Fixtures.route("/a", null, 0, null, List.of(), false, false, Fixtures.target(own.port()));
            var session = new ClientUri("http", "example.com", "/a/stream");
            var inside = new ClientUri("http", "example.com:80", "/a/next?x=1");
            assertThat(loop.answer(session(inside, route, session, false)).body())
                    .isEqualTo("own /a/next?x=1null");
            var outside = new ClientUri("http", other.address(), "/a/next");
            assertThat(loop.answer(session(outside, route, session, false)).body())
                    .isEqualTo("other " + other.address());
            assertFails(Kind.BLOCKED, () -> loop.answer(session(outside, route, session, true)));
            var elsewhere = new ClientUri("http", other.address(), "/b");
            var here = new ClientUri("http", other.address(), "/a");
            assertThat(loop.answer(session(elsewhere, route, here, false)).body())
                    .startsWith("other");
        }
    }

    @Test
    void what_no_client_waits_for_has_a_quarter_of_the_connections_and_a_queue_of_its_own() {
        var held = new CopyOnWriteArrayList<HttpServerRequest>();
        try (var loop = new Loop(limits(4, 3));
                var origin = HttpOrigin.start(loop.vertx, held::add)) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            var uri = new ClientUri("http", "example.com", "/next");
            List<Future<Loop.Answer>> sent = loop.call(() -> {
                var all = new ArrayList<Future<Loop.Answer>>();
                for (int i = 0; i < 4; i++) {
                    all.add(loop.sendNow(session(uri, route, uri, false)));
                }
                for (int i = 0; i < 5; i++) {
                    all.add(loop.sendNow(get(origin.port())));
                }
                return Future.succeededFuture(all);
            });
            Awaitility.await().until(() -> held.size() == 4);
            assertThat(held).extracting(HttpServerRequest::path).containsExactlyInAnyOrder("/next", "/", "/", "/");
            // Clients come first where both wait; then one in the background after the other.
            for (int i = 0; i < 9; i++) {
                int next = i;
                Awaitility.await().until(() -> held.size() > next);
                assertThat(held.subList(0, next + 1).stream()
                                .filter(request -> request.path().equals("/next")
                                        && !request.response().ended())
                                .count())
                        .isLessThanOrEqualTo(1);
                var unused = held.get(next).response().end("ok");
            }
            for (Future<Loop.Answer> each : sent) {
                assertThat(loop.call(() -> each).body()).isEqualTo("ok");
            }
            loop.awaitQuiet();
        }
    }

    private static SessionRequest session(ClientUri uri, Route route, ClientUri session, boolean untrusted) {
        return new SessionRequest("GET", uri, Headers.EMPTY, new byte[0], route, session, "192.0.2.1", untrusted);
    }

    @Test
    void test_targets_are_not_on_the_network() {
        var test = new Target(true, "", 0, false, false, false, null, null, null, false, false, false, List.of());
        try (var loop = new Loop(Fixtures.LIMITS)) {
            assertFails(Kind.UNREACHABLE, () -> loop.head(Fixtures.get("/", Fixtures.route(test))));
        }
    }
}
