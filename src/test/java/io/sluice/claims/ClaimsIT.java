package io.sluice.claims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.HttpWire;
import io.sluice.protocol.Reply;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection per client on one node, over real sockets: every kind of hold, every policy, every place of an id. */
@Timeout(120)
class ClaimsIT {
    private static final String KEY = "secret of tokens";

    private final ClaimsOrigin origin = new ClaimsOrigin();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private TestGateway node;
    private Stats stats;

    @BeforeEach
    void start() throws Exception {
        String target = " " + origin.address() + ",over_http";
        node = TestGateway.start(
                List.of(
                        "*,client=header:X-User" + target,
                        "oldest.test,client=header:X-User,client_policy=oldest" + target,
                        "two.test,client=header:X-User,client_policy=max=2" + target,
                        "cookie.test,client=cookie:sid" + target,
                        "query.test,client=query:u,prefix=q-" + target,
                        "jwt.test,client=jwt:sub,client_key=\"" + KEY + "\"" + target,
                        "jwtquery.test,client=jwt:sub,client_token=query:t,client_key=\"" + KEY + "\"" + target),
                Map.of("node.name", "n1"));
        stats = node.gateway().stats();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        soon(() -> assertThat(stats.value(Gauge.CLAIMS)).as("claims left").isZero());
        node.close();
        origin.close();
    }

    private static void soon(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(assertion);
    }

    private HttpWire get(String path, String... headers) throws IOException {
        HttpWire client = HttpWire.open(node.httpPort());
        clients.add(client);
        return client.send(HttpWire.request("GET", path, null, headers));
    }

    /** A stream that has begun. */
    private HttpWire sse(String path, String... headers) throws IOException {
        HttpWire client = get(path, headers);
        assertThat(client.head().status()).isEqualTo(200);
        client.readUntil("open\n");
        return client;
    }

    private RawWebSocket socket(String path, String... headers) throws IOException {
        RawUpgrade upgrade = RawUpgrade.to(path);
        for (String header : headers) {
            upgrade.header(header);
        }
        RawWebSocket client = upgrade.open(node.httpPort());
        clients.add(client);
        assertThat(client.readText()).isEqualTo("open");
        return client;
    }

    private void held(int claims) {
        soon(() -> assertThat(stats.value(Gauge.CLAIMS)).isEqualTo(claims));
    }

    @Test
    void the_older_event_stream_is_told_and_its_reconnect_is_stopped() throws Exception {
        HttpWire first = sse("/sse", "X-User: ann");
        HttpWire second = sse("/sse", "X-User: ann");
        String rest = first.textToEnd();
        assertThat(rest).contains("event: sluice-displaced\n", "data: {\"reason\":\"newer-connection\"}\n\n");
        String id = rest.replaceAll("(?s).*\nid: ([^\n]*)\n.*", "$1");
        Reply again = get("/sse", "X-User: ann", "Last-Event-ID: " + id).reply();
        assertThat(again.status()).isEqualTo(204);
        assertThat(again.header("Sluice-Displaced")).isEqualTo("newer-connection");
        assertThat(stats.value(Counter.CLAIMS_STOPPED)).isEqualTo(1);
        held(1);
        sse("/sse", "X-User: bob");
        held(2);
        // On purpose, not by itself: the first client wants it back.
        sse("/sse", "X-User: ann");
        assertThat(second.textToEnd()).contains("sluice-displaced");
        assertThat(stats.value(Counter.CLAIMS_DISPLACED)).isEqualTo(2);
        held(2);
    }

    @Test
    void other_streams_end_and_pages_and_large_bodies_are_claimed_too() throws Exception {
        HttpWire plain = sse("/stream", "X-User: ann");
        HttpWire large = get("/large", "X-User: ann");
        assertThat(large.head().status()).isEqualTo(200);
        // To its end: who is displaced in the middle of it is cut.
        large.readUntil(":\n\n");
        assertThat(plain.textToEnd()).doesNotContain("sluice-displaced");
        HttpWire pages = sse("/pages", "X-User: ann");
        assertThat(large.textToEnd()).contains("sluice-displaced");
        sse("/sse", "X-User: ann");
        assertThat(pages.textToEnd()).contains("sluice-displaced");
        held(1);
        soon(() -> assertThat(origin.seen).containsExactly("gone", "gone"));
    }

    @Test
    void the_older_long_poll_gets_an_empty_answer() throws Exception {
        HttpWire first = get("/poll", "X-User: ann");
        held(1);
        HttpWire second = get("/poll", "X-User: ann");
        Reply told = first.reply();
        assertThat(told.status()).isEqualTo(204);
        assertThat(told.header("Sluice-Displaced")).isEqualTo("newer-connection");
        assertThat(told.body()).isEmpty();
        held(1);
        sse("/sse", "X-User: ann");
        assertThat(second.reply().status()).isEqualTo(204);
        // The connection itself is good for another request.
        first.send(HttpWire.request("GET", "/plain", null, "X-User: ann"));
        assertThat(first.reply().text()).isEqualTo("plain\n");
    }

    @Test
    void the_older_web_socket_is_closed_with_a_code_of_its_own() throws Exception {
        RawWebSocket first = socket("/ws", "X-User: ann");
        RawWebSocket second = socket("/ws", "X-User: ann");
        assertThat(first.expectClose(4409)).isEqualTo("newer-connection");
        first.close(4409, "");
        first.expectCut();
        second.text("hello");
        assertThat(second.readText()).isEqualTo("hello");
        sse("/sse", "X-User: ann");
        second.expectClose(4409);
        held(1);
        soon(() -> assertThat(origin.seen.stream().filter(event -> event.endsWith("CLOSE")))
                .hasSize(2));
    }

    @Test
    void the_oldest_may_stay() throws Exception {
        String[] ann = {"Host: oldest.test", "X-User: ann"};
        HttpWire first = sse("/sse", ann);
        Reply refused = get("/sse", ann).reply();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).isEqualTo("This client has a connection already, and keeps it.\n");
        assertThat(RawUpgrade.to("/ws")
                        .host("oldest.test")
                        .header("X-User: ann")
                        .refused(node.httpPort())
                        .status())
                .isEqualTo(409);
        assertThat(stats.value(Counter.CLAIMS_REFUSED_HELD)).isEqualTo(2);
        held(1);
        soon(() -> assertThat(origin.seen).contains("gone").anyMatch(event -> event.endsWith("DISCONNECT")));
        first.close();
        held(0);
        sse("/sse", ann);
    }

    @Test
    void of_three_with_room_for_two_the_oldest_goes() throws Exception {
        String[] ann = {"Host: two.test", "X-User: ann"};
        HttpWire first = sse("/sse", ann);
        HttpWire second = sse("/sse", ann);
        held(2);
        sse("/sse", ann);
        assertThat(first.textToEnd()).contains("sluice-displaced");
        held(2);
        sse("/sse", ann);
        assertThat(second.textToEnd()).contains("sluice-displaced");
        held(2);
    }

    @Test
    void the_origins_word_counts_before_the_routes() throws Exception {
        HttpWire first = sse("/sse?client=eve", "X-User: ann");
        sse("/sse", "X-User: ann");
        held(2);
        sse("/sse?client=eve", "X-User: bob");
        assertThat(first.textToEnd()).contains("sluice-displaced");
        assertThat(get("/sse?client=eve%3Bpolicy=oldest", "X-User: bob").reply().status())
                .isEqualTo(409);
        assertThat(get("/sse?client=eve%3Bpolicy=first", "X-User: bob").reply().status())
                .isEqualTo(502);
        assertThat(get("/plain?client=eve").reply().header("Grip-Client")).isNull();
    }

    @Test
    void ids_come_from_cookies_queries_and_tokens() throws Exception {
        HttpWire cookie = sse("/sse", "Host: cookie.test", "Cookie: a=b; sid=ann; c=d");
        sse("/sse", "Host: cookie.test", "Cookie: sid=ann");
        assertThat(cookie.textToEnd()).contains("sluice-displaced");
        HttpWire query = sse("/sse?x=y&u=a%20n", "Host: query.test");
        sse("/sse?u=a+n", "Host: query.test");
        assertThat(query.textToEnd()).contains("sluice-displaced");
        HttpWire bearer = sse("/sse", "Host: jwt.test", "Authorization: Bearer " + token("ann", 3600));
        sse("/sse?t=" + token("ann", 3600), "Host: jwtquery.test");
        assertThat(bearer.textToEnd()).contains("sluice-displaced");
        held(3);
        sse("/sse", "Host: jwt.test");
        sse("/sse");
        held(3);
        for (String bad : List.of("nonsense", token("ann", -1), token("ann", 3600) + "x")) {
            Reply refused = get("/sse", "Host: jwt.test", "Authorization: Bearer " + bad)
                    .reply();
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
        }
        assertThat(get("/sse?u=a&u=b", "Host: query.test").reply().status()).isEqualTo(400);
        assertThat(get("/sse?u=" + "a".repeat(300), "Host: query.test").reply().status())
                .isEqualTo(400);
        assertThat(stats.value(Counter.CLAIMS_REFUSED_UNNAMED)).isEqualTo(5);
        assertThat(get("/plain", "Host: jwt.test", "Authorization: Bearer x")
                        .reply()
                        .status())
                .as("what is not held is the origin's own matter")
                .isEqualTo(200);
    }

    private static String token(String subject, int seconds) throws Exception {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        String claims = "{\"sub\":\"" + subject + "\",\"exp\":" + (System.currentTimeMillis() / 1000 + seconds) + "}";
        String signed = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
        return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }
}
