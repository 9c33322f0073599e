package io.sluice.protocol;

import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and responses that have nothing to do with GRIP go through as they are (GRIP, requests to the backend; proxying). */
abstract class PassThroughCases extends ProtocolCases {
    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PURGE"})
    void everyMethodAndTheWholeTarget(String method) throws IOException {
        String path = "/" + World.name("method");
        origin().on(path, Answer.of("201 Made", "done\n", "X-Answer: yes", "X-Answer: twice"));
        Reply reply = HttpWire.exchange(
                world().server().clientPort(),
                request(method, path + "?a=b%20c&d", method.startsWith("P") ? "body" : null, "X-Question: why"));
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.reason()).isEqualTo("Made");
        assertThat(reply.headers().all("X-Answer")).containsExactly("yes", "twice");
        assertThat(reply.text()).isEqualTo("done\n");
        Received received = origin().received(path).get(0);
        assertThat(received.method()).isEqualTo(method);
        assertThat(received.target()).isEqualTo(path + "?a=b%20c&d");
        assertThat(received.header("X-Question")).isEqualTo("why");
        assertThat(received.header("Host")).isEqualTo("localhost");
        assertThat(received.text()).isEqualTo(method.startsWith("P") ? "body" : "");
    }

    @Test
    void aChunkedRequestAndAChunkedResponse() throws IOException {
        String path = "/" + World.name("chunked");
        origin().on(path, Answer.chunked(new String[] {"one ", "two"}));
        try (var wire = world().client()) {
            wire.send(request("POST", path, null, "Transfer-Encoding: chunked")
                    + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n");
            Reply reply = wire.reply();
            assertThat(reply.text()).isEqualTo("one two");
        }
        assertThat(origin().received(path).get(0).text()).isEqualTo("hello world");
    }

    @Test
    void aMegabyteEachWay() throws IOException {
        String path = "/" + World.name("large");
        origin().on(
                        path,
                        request -> Answer.ok(
                                new StringBuilder(request.text()).reverse().toString()));
        String body = "0123456789abcdef".repeat(65_536);
        Reply reply = HttpWire.exchange(world().server().clientPort(), request("POST", path, body));
        assertThat(reply.text().equals(new StringBuilder(body).reverse().toString()))
                .isTrue();
    }

    @Test
    void headHasTheLengthAndNoBody() throws IOException {
        String path = "/" + World.name("head");
        origin().on(path, Answer.ok("hello"));
        try (var wire = world().client()) {
            wire.send(request("HEAD", path, null) + request("GET", path, null));
            Reply head = wire.reply(true);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo("5");
            assertThat(wire.reply().text()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void responsesWithoutBodyKeepTheConnection(String status) throws IOException {
        String path = "/" + World.name("empty");
        origin().on(path, Answer.raw("HTTP/1.1 " + status + "\r\nETag: \"x\"\r\n\r\n"));
        try (var wire = world().client()) {
            for (int i = 0; i < 2; i++) {
                wire.send(request("GET", path, null));
                Reply reply = wire.reply();
                assertThat(reply.status() + " " + reply.reason()).isEqualTo(status);
                assertThat(reply.header("ETag")).isEqualTo("\"x\"");
                assertThat(reply.header("Transfer-Encoding")).isNull();
            }
        }
    }

    @Test
    void http10IsClosedUnlessItAsksToStay() throws IOException {
        String path = "/" + World.name("old");
        origin().on(path, Answer.ok("hello"));
        try (var wire = world().client()) {
            wire.send("GET " + path + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            Reply kept = wire.reply();
            assertThat(kept.text()).isEqualTo("hello");
            assertThat(kept.header("Connection")).isEqualToIgnoringCase("keep-alive");
            wire.send("GET " + path + " HTTP/1.0\r\n\r\n");
            assertThat(wire.reply().text()).isEqualTo("hello");
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void http10GetsNoChunks() throws IOException {
        String path = "/" + World.name("old-chunked");
        origin().on(path, Answer.chunked(new String[] {"one ", "two"}));
        try (var wire = world().client()) {
            wire.send("GET " + path + " HTTP/1.0\r\n\r\n");
            Reply reply = wire.reply();
            assertThat(reply.header("Transfer-Encoding")).isNull();
            assertThat(reply.text()).isEqualTo("one two");
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void connectionCloseCloses() throws IOException {
        String path = "/" + World.name("close");
        origin().on(path, Answer.ok("hello"));
        try (var wire = world().client()) {
            wire.send(request("GET", path, null, "Connection: close"));
            assertThat(wire.reply().text()).isEqualTo("hello");
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        String slow = "/" + World.name("slow");
        String quick = "/" + World.name("quick");
        var release = new CountDownLatch(1);
        origin().on(slow, request -> {
            release.await();
            return Answer.ok("slow");
        });
        origin().on(quick, Answer.ok("quick"));
        try (var wire = world().client()) {
            wire.send(request("GET", slow, null) + request("POST", quick, "abc") + request("GET", quick, null));
            await().until(() -> !origin().received(slow).isEmpty());
            release.countDown();
            assertThat(wire.reply().text()).isEqualTo("slow");
            assertThat(wire.reply().text()).isEqualTo("quick");
            assertThat(wire.reply().text()).isEqualTo("quick");
        }
    }

    @Test
    void expectContinue() throws IOException {
        String path = "/" + World.name("expect");
        origin().on(path, request -> Answer.ok(request.text()));
        try (var wire = world().client()) {
            wire.send(request("POST", path, null, "Expect: 100-continue", "Content-Length: 5"));
            assertThat(wire.reply().status()).isEqualTo(100);
            wire.send("hello");
            assertThat(wire.reply().text()).isEqualTo("hello");
        }
    }

    @Test
    void anUploadReachesTheOriginBeforeItsEnd() throws Exception {
        String path = "/" + World.name("upload");
        var begun = new CountDownLatch(1);
        origin().onRaw(path, (head, in, out) -> {
            in.readNBytes(20_000);
            begun.countDown();
            in.readNBytes(5);
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nread".getBytes(StandardCharsets.US_ASCII));
        });
        try (var wire = world().client()) {
            // More than a gateway may take in before it decides.
            wire.send(request("POST", path, null, "Content-Length: 20005") + "x".repeat(20_000));
            begun.await();
            wire.send("hello");
            assertThat(wire.reply().text()).isEqualTo("read");
        }
    }

    @Test
    void aResponseReachesTheClientBeforeItsEnd() throws Exception {
        String path = "/" + World.name("download");
        var seen = new CountDownLatch(1);
        origin().onRaw(path, (head, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            seen.await();
            out.write("4\r\nlast\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
        try (var wire = world().client()) {
            wire.send(request("GET", path, null));
            wire.head();
            assertThat(wire.readUntil("first")).isEqualTo("first");
            seen.countDown();
            assertThat(wire.textToEnd()).isEqualTo("last");
        }
    }

    @Test
    void aResponseUntilCloseIsWhole() throws IOException {
        String path = "/" + World.name("until-close");
        origin().on(path, Answer.raw("HTTP/1.1 200 OK\r\n\r\nall of it"));
        assertThat(world().get(path).text()).isEqualTo("all of it");
    }

    @Test
    void anAnswerBeforeTheEndOfTheUploadArrives() throws IOException {
        String path = "/" + World.name("early");
        origin().onRaw(path, (head, in, out) -> {
            out.write("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            in.readAllBytes();
        });
        try (var wire = world().client()) {
            wire.send(request("POST", path, null, "Content-Length: 1000000") + "x".repeat(20_000));
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.text()).isEqualTo("no");
        }
    }

    @Test
    void aResponseCutShortIsSeenAsCut() throws Exception {
        String path = "/" + World.name("cut");
        var seen = new CountDownLatch(1);
        origin().onRaw(path, (head, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            seen.await();
        });
        try (var wire = world().client()) {
            wire.send(request("GET", path, null));
            wire.head();
            wire.readUntil("first");
            seen.countDown();
            if (isSluice()) {
                assertThatThrownBy(wire::textToEnd).isInstanceOf(IOException.class);
            } else {
                assertThat(wire.textToEnd()).isEmpty(); // 1.36 ends it as if it were whole
            }
        }
    }

    @Test
    void gripHeadersOfAClientDoNotReachTheOrigin() throws IOException {
        String path = "/" + World.name("forged");
        origin().on(path, Answer.ok(""));
        world().get(path, "Grip-Sig: forged", "Grip-Last: c; last-id=1", "Grip-Feature: forged", "grip-anything: x");
        Received received = origin().received(path).get(0);
        assertThat(received.header("Grip-Last")).isNull();
        assertThat(received.header("Grip-Anything")).isNull();
        assertThat(received.headers().all("Grip-Feature")).hasSize(1).noneMatch(value -> value.contains("forged"));
        assertThat(received.headers().all("Grip-Sig")).hasSize(1).noneMatch(value -> value.contains("forged"));
    }

    @Test
    void theRequestIsSigned() throws IOException {
        String path = "/" + World.name("signed");
        origin().on(path, Answer.ok(""));
        world().get(path);
        world().get(path, "Host: signed.test");
        assertThat(issuer(origin().received(path).get(0))).isEqualTo("pushpin");
        assertThat(issuer(origin().received(path).get(1))).isEqualTo("me");
        assertThat(origin().received(path).get(0).header("Grip-Feature"))
                .contains("status", "link:next", "filter:skip-self", "filter:build-id", "filter:var-subst");
    }

    private static String issuer(Received received) {
        String[] parts = Objects.requireNonNull(received.header("Grip-Sig")).split("\\.");
        var claims = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        assertThat(claims.getLong("exp")).isGreaterThan(System.currentTimeMillis() / 1000 + 3000);
        return claims.getString("iss");
    }

    @Test
    void hopByHopHeadersStayOnTheirHop() throws IOException {
        String path = "/" + World.name("hop");
        origin().on(
                        path,
                        Answer.raw(
                                "HTTP/1.1 200 OK\r\nConnection: close\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok"));
        try (var wire = world().client()) {
            wire.send(request("GET", path, null, "Keep-Alive: 300", "Expect-CT: x"));
            Reply reply = wire.reply();
            assertThat(reply.header("Keep-Alive")).isNull();
            assertThat(reply.header("Connection")).isNull();
            wire.send(request("GET", path, null));
            assertThat(wire.reply().text()).isEqualTo("ok");
        }
        Received received = origin().received(path).get(0);
        assertThat(received.header("Keep-Alive")).isNull();
        assertThat(received.header("Expect-CT")).isEqualTo("x");
        assertThat(received.header("X-Forwarded-Proto")).isNull();
    }

    /** What Connection names belongs to the hop (RFC 9110); Pushpin passes it on. */
    @Test
    void headersThatConnectionNames() throws IOException {
        String path = "/" + World.name("named");
        origin().on(path, Answer.ok("", "Connection: X-Answer", "X-Answer: mine"));
        Reply reply = world().get(path, "Connection: keep-alive, X-Question", "X-Question: mine");
        assertThat(reply.header("X-Answer")).isEqualTo(isSluice() ? null : "mine");
        assertThat(origin().received(path).get(0).header("X-Question")).isEqualTo(isSluice() ? null : "mine");
    }

    /** Quirk 8: Pushpin takes the encoding's name away, whether or not its own client has decoded the body; Sluice leaves both alone. */
    @Test
    void anEncodedResponse() throws IOException {
        String path = "/" + World.name("gzip");
        byte[] body = gzip("hello");
        origin().on(path, Answer.of("200 OK", body, "Content-Encoding: gzip"));
        Reply reply = world().get(path, "Accept-Encoding: gzip");
        Received received = origin().received(path).get(0);
        if (isSluice()) {
            assertThat(reply.header("Content-Encoding")).isEqualTo("gzip");
            assertThat(reply.body()).isEqualTo(body);
            assertThat(received.header("Accept-Encoding")).isEqualTo("gzip");
        } else {
            assertThat(reply.header("Content-Encoding")).isNull();
            assertThat(received.header("Accept-Encoding")).isNotEqualTo("gzip"); // zurl's own
        }
    }

    private static byte[] gzip(String text) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    @Test
    void anInstructionOnARouteWithoutGripPasses() throws IOException {
        String path = "/" + World.name("no-grip");
        origin().on(path, Answer.ok("as it is", "Grip-Hold: response", "Grip-Channel: c"));
        Reply reply = world().get(path, "Host: raw.test");
        assertThat(reply.header("Grip-Hold")).isEqualTo("response");
        assertThat(reply.text()).isEqualTo("as it is");
        assertThat(origin().received(path).get(0).header("Grip-Sig")).isNull();
    }
}
