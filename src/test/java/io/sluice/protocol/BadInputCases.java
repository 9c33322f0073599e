package io.sluice.protocol;

import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not HTTP, or not what it says: refused, closed where the framing is lost, and nobody else hurt. */
abstract class BadInputCases extends ProtocolCases {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET /x\r\n\r\n",
                "GET /x HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /x HTTP/1.1\r\nno colon\r\n\r\n",
                "GET /x HTTP/1.1\r\nA b: c\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: x\r\nA: \u0000\r\n\r\n",
                "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\nhi",
                "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nhi",
                "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nhi",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
            })
    void heads(String bytes) throws IOException {
        refusedAndClosed(world().server().clientPort(), bytes);
        // A version of its own is refused on the control port as well, but in that version.
        if (!bytes.contains("HTTP/9.9")) {
            refusedAndClosed(world().server().controlPort(), bytes);
        }
    }

    private void refusedAndClosed(int port, String bytes) throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send(bytes);
            if (isSluice()) {
                Reply reply = wire.reply();
                assertThat(reply.status()).isBetween(400, 505);
                assertThat(wire.closed()).isTrue();
            } else {
                wire.finish(); // some of it Pushpin takes, or closes without a word
            }
        }
        unharmed();
    }

    /** Quirk 18: who frames a request by two lengths is up to smuggling. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            })
    void twoLengths(String rest) throws IOException {
        String path = "/" + World.name("smuggled");
        origin().on(path, Answer.ok("reached"));
        for (int port :
                new int[] {world().server().clientPort(), world().server().controlPort()}) {
            try (var wire = HttpWire.open(port)) {
                wire.send(
                        "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + rest + request("GET", "/smuggled", null));
                if (isSluice()) {
                    Reply reply = wire.reply();
                    assertThat(reply.status()).isEqualTo(400);
                    assertThat(wire.closed()).isTrue();
                }
            }
        }
        if (isSluice()) {
            assertThat(origin().received(path)).isEmpty();
            assertThat(origin().received("/smuggled")).isEmpty();
        }
        unharmed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nhello\r\n0\r\n\r\n",
                "-1\r\nhello\r\n",
                "fffffffffffffffff\r\nhello",
                "5\r\nhelloXX\r\n0\r\n\r\n"
            })
    void chunks(String chunks) throws IOException {
        String path = "/" + World.name("chunks");
        origin().on(path, Answer.ok("reached"));
        for (int port :
                new int[] {world().server().clientPort(), world().server().controlPort()}) {
            try (var wire = HttpWire.open(port)) {
                wire.send(request(
                                "POST",
                                port == world().server().clientPort() ? path : "/publish",
                                null,
                                "Transfer-Encoding: chunked")
                        + chunks);
                if (isSluice()) {
                    Reply reply = wire.reply();
                    assertThat(reply.status()).isEqualTo(400);
                    assertThat(wire.closed()).isTrue();
                }
            }
        }
        unharmed();
    }

    /** No header that a client, an origin or a publisher sends becomes two. */
    @Test
    void lineBreaksInPublishedHeaders() throws Exception {
        String channel = World.name("crlf");
        origin().on("/" + channel, Answer.ok("", "Grip-Hold: response", "Grip-Channel: " + channel));
        JsonObject evil = Items.item(
                channel,
                "http-response",
                new JsonObject()
                        .put("headers", new JsonObject().put("X-A", "1\r\nX-Injected: 2"))
                        .put("body", "x"));
        if (isSluice()) {
            Reply reply = world().control("POST", "/publish", "{\"items\":[" + evil.encode() + "]}");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text()).startsWith("Invalid format: ");
        }
        unharmed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\r\\nb", "a\\nb", "a\\u0000b", ""})
    void lineBreaksInChannelsAndIds(String text) throws IOException {
        String formats = "\"formats\":{\"http-stream\":{\"content\":\"x\"}}";
        Reply channel =
                world().control("POST", "/publish", "{\"items\":[{\"channel\":\"" + text + "\"," + formats + "}]}");
        Reply id = world().control(
                        "POST",
                        "/publish",
                        "{\"items\":[{\"channel\":\"c\",\"id\":\"" + text + "\"," + formats + "}]}");
        if (isSluice()) {
            assertThat(channel.status()).isEqualTo(400);
            assertThat(id.status()).isEqualTo(text.isEmpty() ? 200 : 400);
        }
        unharmed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00ff\u00fe",
                "{\"items\":[{\"channel\":\"\u00ff\"}]}",
                "nul\u0000",
                "{\"items\":[}",
                "\"text\""
            })
    void bytesThatAreNotJson(String bytes) throws IOException {
        try (var wire = HttpWire.open(world().server().controlPort())) {
            wire.send("POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: " + bytes.length() + "\r\n\r\n" + bytes);
            assertThat(wire.reply().status()).isEqualTo(400);
        }
        unharmed();
    }

    @Test
    void deepJson() throws IOException {
        Reply reply = world().control("POST", "/publish", "[".repeat(100_000));
        assertThat(reply.status()).isEqualTo(400);
        Reply closed =
                world().control("POST", "/publish", "{\"items\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}");
        assertThat(closed.status()).isEqualTo(400);
        unharmed();
    }

    @Test
    void aConnectionWithoutAWord() throws IOException {
        try (var silent = world().client();
                var half = world().client();
                var gone = world().client()) {
            half.send("GET /half HTT");
            gone.send("POST /gone HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart")
                    .reset();
            silent.finish();
            unharmed();
        }
        unharmed();
    }

    private void unharmed() throws IOException {
        String path = "/" + World.name("unharmed");
        origin().on(path, Answer.ok("fine"));
        assertThat(world().get(path).text()).isEqualTo("fine");
        assertThat(world().control("GET", "/", "").status()).isEqualTo(200);
    }
}
