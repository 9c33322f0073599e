package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.GripException;
import io.sluice.grip.GripSignature;
import io.sluice.grip.SigningKey;
import io.sluice.stats.Counter;
import io.sluice.testing.RawConnection.RawRequest;
import io.sluice.testing.RawOrigin;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RequestHandlerTest {
    private final List<RawRequest> requests = new CopyOnWriteArrayList<>();
    private final RawOrigin origin = RawOrigin.start(connection -> {
        RawRequest request;
        while ((request = connection.readRequest()) != null) {
            requests.add(request);
            connection.send("HTTP/1.1 200 OK\r\nGrip-Foo: bar\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    private @Nullable ProxyBench bench;

    @AfterEach
    void close() {
        if (bench != null) {
            bench.close();
        }
        origin.close();
    }

    private ProxyBench bench(String upstreamKey, boolean acceptRoute, boolean acceptProto) {
        ProxyBench started = ProxyBench.start(
                grip -> ProxyBench.with(grip, upstreamKey, acceptRoute, acceptProto),
                "plain.example " + origin.address() + ",host=plain",
                "secure.example,ssl=yes " + origin.address() + ",host=secure",
                "hidden.example,id=hidden,path_beg=/h " + origin.address() + ",host=hidden");
        bench = started;
        return started;
    }

    private RawClient.Answer ask(ProxyBench to, String request) {
        try (RawClient client = to.connect()) {
            return client.send(request).answer();
        }
    }

    @Test
    void routes_by_the_authority_of_an_absolute_target() {
        ProxyBench to = bench("", false, false);

        assertThat(ask(to, "GET http://PLAIN.example:80/x HTTP/1.1\r\nHost: other\r\n\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(requests.get(0).line()).isEqualTo("GET /x HTTP/1.1");
        assertThat(ask(to, "GET / HTTP/1.1\r\nHost: other\r\n\r\n").body()).isEqualTo("Route not found\n");
    }

    @Test
    void believes_a_forwarded_protocol_where_it_is_accepted() {
        String request = "GET / HTTP/1.1\r\nHost: secure.example\r\nX-Forwarded-Proto: https\r\n\r\n";

        assertThat(ask(bench("", false, true), request).status()).isEqualTo(200);
        assertThat(requests.get(0).header("Host")).isEqualTo("secure");
    }

    @Test
    void does_not_believe_a_forwarded_protocol_otherwise() {
        String request = "GET / HTTP/1.1\r\nHost: secure.example\r\nX-Forwarded-Proto: https\r\n\r\n";

        assertThat(ask(bench("", false, false), request).status()).isEqualTo(502);
    }

    @Test
    void lets_the_client_pick_a_route_where_that_is_accepted() {
        ProxyBench to = bench("", true, false);

        assertThat(ask(to, "GET /h HTTP/1.1\r\nHost: plain.example\r\nPushpin-Route: hidden\r\n\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(requests.get(0).header("Host")).isEqualTo("hidden");
        assertThat(ask(to, "GET /x HTTP/1.1\r\nHost: plain.example\r\nPushpin-Route: hidden\r\n\r\n")
                        .body())
                .isEqualTo("Route not found\n");
        assertThat(ask(to, "GET /h HTTP/1.1\r\nHost: plain.example\r\nPushpin-Route: no\r\n\r\n")
                        .body())
                .isEqualTo("Route not found\n");
    }

    @Test
    void leaves_instructions_to_a_proxy_that_proves_itself() throws GripException {
        ProxyBench to = bench("changeme", false, false);
        long now = System.currentTimeMillis() / 1000;
        SigningKey key = SigningKey.parse("changeme", Path.of("."));
        SigningKey other = SigningKey.parse("other", Path.of("."));

        assertThat(signed(to, GripSignature.sign("x", key, now + 60)).header("Grip-Foo"))
                .isEqualTo("bar");
        assertThat(signed(to, GripSignature.sign("x", key, now - 60)).header("Grip-Foo"))
                .isNull();
        assertThat(signed(to, GripSignature.sign("x", other, now + 60)).header("Grip-Foo"))
                .isNull();
        assertThat(signed(to, "nonsense").header("Grip-Foo")).isNull();
    }

    private RawClient.Answer signed(ProxyBench to, String signature) {
        return ask(to, "GET / HTTP/1.1\r\nHost: plain.example\r\nGrip-Sig: " + signature + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
                "GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void refuses_malformed_requests(String request) {
        ProxyBench to = bench("", false, false);

        RawClient.Answer answer = ask(to, request);

        assertThat(answer.line()).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(to.stats.value(Counter.REQUESTS_REFUSED)).isEqualTo(1);
    }

    @Test
    void says_what_it_does_not_do() {
        ProxyBench to = bench("", false, false);

        assertThat(ask(to, "CONNECT plain.example:443 HTTP/1.1\r\nHost: plain.example:443\r\n\r\n")
                        .status())
                .isEqualTo(501);
        assertThat(requests).isEmpty();
    }

    @Test
    void keeps_odd_but_legal_targets() {
        ProxyBench to = bench("", false, false);

        for (String target : List.of("/a%20b?c=%zz|^`{}", "/a//b/../c;d=e", "/?", "/a?b?c#d")) {
            assertThat(ask(to, "GET " + target + " HTTP/1.1\r\nHost: plain.example\r\n\r\n")
                            .status())
                    .as(target)
                    .isEqualTo(200);
            assertThat(requests.get(requests.size() - 1).line()).isEqualTo("GET " + target + " HTTP/1.1");
        }
    }

    @Test
    void gives_each_request_an_id_of_its_own() {
        ProxyBench started = ProxyBench.start(UnaryOperator.identity(), "* test");
        bench = started;
        started.sessions.onAccept = RecordedSessions::finish;

        ask(started, "GET /response HTTP/1.1\r\nHost: a\r\n\r\n");
        ask(started, "GET /response HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(started.sessions.exchanges).extracting(Exchange::id).doesNotHaveDuplicates();
        assertThat(started.sessions.exchanges).extracting(Exchange::id).allMatch(id -> id.matches("node-0-[0-9a-z]+"));
    }
}
