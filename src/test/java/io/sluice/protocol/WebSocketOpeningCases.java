package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.Header;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A WebSocket opens over HTTP: what the origin is asked and what the client gets (GRIP, WebSocket-over-HTTP). */
abstract class WebSocketOpeningCases extends WebSocketCases {
    @Test
    void openAlone() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.text("hello");
            Received open = woh.request(0);
            assertThat(open.method()).isEqualTo("POST");
            assertThat(open.text()).isEqualTo("OPEN\r\n");
            Received text = woh.request(1);
            assertThat(text.text()).isEqualTo("TEXT 5\r\nhello\r\n");
            for (Received request : List.of(open, text)) {
                assertThat(request.headers().all("Content-Type")).containsExactly(WohOrigin.TYPE);
                assertThat(request.headers().all("Accept")).containsExactly(WohOrigin.TYPE);
                assertThat(request.headers().all("Content-Length"))
                        .containsExactly(String.valueOf(request.body().length));
                assertThat(request.headers().all("Sec-WebSocket-Extensions")).containsExactly("grip");
                assertThat(request.header("Grip-Feature")).contains("status").contains("filter:var-subst");
                assertThat(request.header("Upgrade")).isNull();
                assertThat(request.headers().all("Connection-Id")).hasSize(1);
                assertThat(request.header("Content-Bytes-Replayed")).isNull();
            }
            String id = String.valueOf(open.header("Connection-Id"));
            assertThat(UUID.fromString(id)).hasToString(id);
            assertThat(text.header("Connection-Id")).isEqualTo(id);
        }
    }

    @Test
    void eachConnectionHasItsId() throws Exception {
        WohOrigin woh = opening().then(WsEvent.OPEN);
        try (RawWebSocket one = open(WOH);
                RawWebSocket two = open(WOH)) {
            assertThat(one).isNotSameAs(two);
            assertThat(woh.request(0).header("Connection-Id"))
                    .isNotEqualTo(woh.request(1).header("Connection-Id"));
        }
    }

    @Test
    void everyRequestIsSigned() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.text("hello");
            for (Received request : woh.requests(2)) {
                String[] token = String.valueOf(request.header("Grip-Sig")).split("\\.");
                assertThat(token).hasSize(3);
                var claims =
                        new JsonObject(new String(Base64.getUrlDecoder().decode(token[1]), StandardCharsets.UTF_8));
                assertThat(claims.getLong("exp")).isGreaterThan(Instant.now().getEpochSecond());
            }
        }
    }

    /** To the origin, in the order they came in. What a gateway says of itself a client cannot say. */
    @Test
    void headersOfTheClient() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = upgrade(WOH)
                .header("X-Mine: kept")
                .header("Cookie: a=b")
                .header("Origin: http://page.example")
                .header("User-Agent: me")
                .header("Accept: text/html")
                .header("Content-Type: text/plain")
                .header("Connection-Id: forged")
                .header("Meta-User: forged")
                .header("Grip-Sig: forged")
                .header("Grip-Forged: forged")
                .header("Content-Bytes-Replayed: 5")
                .extensions("permessage-deflate; client_max_window_bits")
                .open(port())) {
            client.text("hello");
            for (Received request : woh.requests(2)) {
                assertThat(request.header("X-Mine")).isEqualTo("kept");
                assertThat(request.header("Cookie")).isEqualTo("a=b");
                assertThat(request.header("Origin")).isEqualTo("http://page.example");
                assertThat(request.header("User-Agent")).isEqualTo("me");
                assertThat(request.headers().all("Accept")).containsExactly(WohOrigin.TYPE);
                if (isSluice()) {
                    assertThat(request.headers().all("Content-Type")).containsExactly(WohOrigin.TYPE);
                } else { // 1.36 leaves the client's
                    assertThat(request.headers().all("Content-Type")).containsExactly("text/plain", WohOrigin.TYPE);
                }
                assertThat(request.headers().all("Sec-WebSocket-Extensions")).containsExactly("grip");
                assertThat(request.headers().lines())
                        .noneMatch(line -> line.value().equals("forged"));
                if (isSluice()) { // 1.36 leaves the client's, it does not know this one
                    assertThat(request.header("Content-Bytes-Replayed")).isNull();
                }
            }
        }
    }

    @Test
    void targetWithQuery() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = RawUpgrade.to(path + "?a=%20b&c").host(WOH).open(port())) {
            client.text("hello");
            assertThat(woh.request(0).target()).isEqualTo(path + "?a=%20b&c");
            assertThat(woh.request(1).target()).isEqualTo(path + "?a=%20b&c");
        }
    }

    @Test
    void subprotocols() throws Exception {
        WohOrigin woh = opening("Sec-WebSocket-Protocol: second");
        try (RawWebSocket client = upgrade(WOH).protocols("first, second").send(port())) {
            RawWebSocket.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo("second");
            assertThat(woh.request(0).header("Sec-WebSocket-Protocol")).isEqualTo("first, second");
        }
    }

    /** What is between origin and gateway the client does not see. */
    @Test
    void headersOfTheOrigin() throws Exception {
        opening(
                "X-Theirs: kept",
                "Set-Cookie: a=b",
                "Set-Cookie: c=d",
                "Set-Meta-User: alice",
                "Keep-Alive-Interval: 60",
                GRIP,
                "Grip-Other: x");
        try (RawWebSocket client = upgrade(WOH).send(port())) {
            RawWebSocket.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.head()).startsWith("HTTP/1.1 101 ");
            assertThat(response.header("Upgrade")).isEqualToIgnoringCase("websocket");
            assertThat(response.header("Connection")).isEqualToIgnoringCase("upgrade");
            assertThat(response.header("X-Theirs")).isEqualTo("kept");
            assertThat(response.head()).contains("Set-Cookie: a=b").contains("Set-Cookie: c=d");
            String head = response.head().toLowerCase(Locale.ROOT);
            assertThat(head)
                    .doesNotContain("content-type")
                    .doesNotContain("content-length")
                    .doesNotContain("set-meta")
                    .doesNotContain("keep-alive")
                    .doesNotContain("sec-websocket-extensions");
            if (isSluice()) { // 1.36 lets Grip-* through
                assertThat(head).doesNotContain("grip");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", GRIP})
    void meta(String more) throws Exception {
        var headers = more.isEmpty()
                ? List.of("Set-Meta-User: alice", "set-meta-Room: a, \"b\"")
                : List.of("Set-Meta-User: alice", "set-meta-Room: a, \"b\"", more);
        WohOrigin woh = overHttp()
                .then(WohOrigin.answer(headers, WsEvent.OPEN))
                .then(WohOrigin.answer(List.of("Set-Meta-User: bob", "Set-Meta-Third: 3"), WsEvent.text("m:1")))
                .then(WohOrigin.answer(List.of("Set-Meta-Room: "), WsEvent.text("m:2")))
                .then(WsEvent.text("m:3"));
        try (RawWebSocket client = open(WOH)) {
            client.text("one").readText();
            client.text("two").readText();
            client.text("three").readText();
            assertThat(metaOf(woh.request(0))).isEmpty();
            assertThat(metaOf(woh.request(1))).containsExactlyInAnyOrder("meta-user: alice", "meta-room: a, \"b\"");
            assertThat(metaOf(woh.request(2)))
                    .containsExactlyInAnyOrder("meta-user: bob", "meta-room: a, \"b\"", "meta-third: 3");
            assertThat(metaOf(woh.request(3))).containsExactlyInAnyOrder("meta-user: bob", "meta-third: 3");
        }
    }

    private static List<String> metaOf(Received request) {
        return request.headers().lines().stream()
                .filter(line -> line.name().toLowerCase(Locale.ROOT).startsWith("meta-"))
                .map(WebSocketOpeningCases::lower)
                .toList();
    }

    private static String lower(Header line) {
        return line.name().toLowerCase(Locale.ROOT) + ": " + line.value();
    }

    /** What the origin sends with its OPEN comes behind the 101. */
    @Test
    void messagesWithTheOpening() throws Exception {
        overHttp().then(WsEvent.OPEN, WsEvent.text("hello"), WsEvent.binary((byte) 0, (byte) 255));
        try (RawWebSocket client = open(WOH)) {
            assertThat(client.readText()).isEqualTo("hello");
            assertThat(client.readBinary()).containsExactly(0, 255);
        }
    }

    /** What a client sends before it has its 101 waits. */
    @Test
    void messagesBeforeTheOpening() throws Exception {
        var go = new CountDownLatch(1);
        WohOrigin woh = overHttp().then(go, WsEvent.OPEN);
        try (RawWebSocket client = upgrade(WOH).send(port())) {
            client.text("early");
            woh.request(0);
            go.countDown();
            assertThat(client.readResponse().status()).isEqualTo(101);
            assertThat(woh.events(1)).containsExactly("TEXT early");
        }
    }

    /** No events and an interval: the origin has not decided, the client waits. An OPEN of a later poll opens; that is 20 s away. */
    @Test
    void undecided() throws Exception {
        WohOrigin woh = overHttp().then(WohOrigin.answer(List.of("Keep-Alive-Interval: 20")));
        try (RawWebSocket client = upgrade(WOH).send(port())) {
            woh.request(0);
            client.socket().setSoTimeout(500);
            assertThatThrownBy(client::readResponse).isInstanceOf(SocketTimeoutException.class);
            assertThat(origin().received(path)).hasSize(1);
        }
    }
}
