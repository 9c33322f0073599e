package io.sluice.ingest;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.bus.Addresses;
import io.sluice.bus.ConnectionCommands;
import io.sluice.bus.Control;
import io.sluice.channel.AloneHomes;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.fanout.Loops;
import io.sluice.protocol.HttpWire;
import io.sluice.protocol.Reply;
import io.sluice.protocol.TestSettings;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestVerticleTest {
    private static final int MAX_BODY = 1000;
    private static final String ITEM =
            "{\"channel\":\"c\",\"id\":\"1\",\"formats\":{\"http-stream\":{\"content\":\"x\"}}}";
    private static final String ITEMS = "{\"items\":[" + ITEM + "]}";

    private final Vertx vertx = Vertx.vertx();
    private final ScriptedPublisher publisher = new ScriptedPublisher();
    private final Stats stats = new Stats();
    private int port;

    @BeforeEach
    void start() {
        var commands = new ConnectionCommands(vertx, new AloneHomes("n1"));
        var verticle =
                new IngestVerticle(TestSettings.control(4096, MAX_BODY), publisher, commands, new Loops(1), stats);
        vertx.deployVerticle(verticle).await();
        port = verticle.actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "POST", "OPTIONS"})
    void rootAnswersAnyMethod(String method) throws IOException {
        Reply reply = exchange(port, request(method, "/?x=1", null));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo(method.equals("HEAD") ? "" : "Sluice API\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/publish", "/publish/", "/publish?a=b", "/publish/?a=b"})
    void publishes(String target) throws IOException {
        Reply reply = exchange(port, request("POST", target, ITEMS));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain");
        assertThat(reply.text()).isEqualTo("Published\n");
        assertThat(publisher.calls).hasSize(1);
        assertThat(publisher.calls.get(0).get(0).channel()).isEqualTo("c");
    }

    @Test
    void publishesAFormTypedBodyAsCurlSendsIt() throws IOException {
        Reply reply =
                exchange(port, request("POST", "/publish/", ITEMS, "Content-Type: application/x-www-form-urlencoded"));
        assertThat(reply.text()).isEqualTo("Published\n");
    }

    @Test
    void takesAChunkedBody() throws IOException {
        Reply reply = exchange(
                port,
                "POST /publish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + "5\r\n"
                        + ITEMS.substring(0, 5) + "\r\n" + Integer.toHexString(ITEMS.length() - 5) + "\r\n"
                        + ITEMS.substring(5) + "\r\n0\r\n\r\n");
        assertThat(reply.text()).isEqualTo("Published\n");
    }

    @Test
    void tellsWhatBecameOfEachItem() throws IOException {
        exchange(port, request("POST", "/publish", ITEMS));
        String waiting = "{\"channel\":\"c\",\"prev-id\":\"0\",\"formats\":{\"http-stream\":{\"content\":\"x\"}}}";
        String unknown = "{\"channel\":\"d\",\"id\":\"9\",\"formats\":{\"http-stream\":{\"content\":\"x\"}}}";
        Reply reply = exchange(
                port,
                request(
                        "POST",
                        "/publish",
                        "{\"items\":[" + ITEM + "," + waiting + "," + unknown + "]}",
                        "Accept: application/json"));
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        JsonObject receipt = new JsonObject(reply.text());
        assertThat(receipt.getString("message")).isEqualTo("Published");
        JsonArray items = receipt.getJsonArray("items");
        assertThat(items.getJsonObject(0)).isEqualTo(new JsonObject("""
                        {"channel":"c","id":"1","status":"duplicate","matched":0,"position":{"epoch":7,"sequence":2}}"""));
        assertThat(items.getJsonObject(1).getString("status")).isEqualTo("waiting");
        assertThat(items.getJsonObject(1).getString("id")).isNull();
        assertThat(items.getJsonObject(2).getString("status")).isEqualTo("accepted");
    }

    @Test
    void saysThatAnItemWasDroppedAndWhy() throws IOException {
        var dropped = new ItemOutcome(false, false, new Position(7, 3), DropReason.SEQUENCER_FULL);
        publisher.answer.set(Future.succeededFuture(List.of(dropped)));
        Reply reply = exchange(port, request("POST", "/publish", ITEMS, "Accept: application/json"));
        JsonObject item = new JsonObject(reply.text()).getJsonArray("items").getJsonObject(0);
        assertThat(item.getString("status")).isEqualTo("dropped");
        assertThat(item.getString("reason")).isEqualTo("sequencer_full");
    }

    @Test
    void aPublisherThatThrowsLeavesNobodyWaiting() throws IOException {
        publisher.defect.set(new IllegalStateException("a defect"));
        assertThat(exchange(port, request("POST", "/publish", ITEMS)).status()).isEqualTo(503);
        publisher.defect.set(null);
        assertThat(exchange(port, request("POST", "/publish", ITEMS)).status()).isEqualTo(200);
    }

    @Test
    void anEmptyListIsFine() throws IOException {
        assertThat(exchange(port, request("POST", "/publish", "{\"items\":[]}")).text())
                .isEqualTo("Published\n");
        assertThat(publisher.calls).isEmpty();
    }

    @Test
    void oneBadItemRefusesAll() throws IOException {
        Reply reply = exchange(port, request("POST", "/publish", "{\"items\":[" + ITEM + ",{}]}"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).isEqualTo("Invalid format: publish item object does not contain 'channel'\n");
        assertThat(publisher.calls).isEmpty();
        assertThat(stats.value(Counter.PUBLISHES_REFUSED)).isEqualTo(1);
    }

    @Test
    void errorsAreTextThoughJsonIsAsked() throws IOException {
        Reply reply = exchange(port, request("POST", "/publish", "{", "Accept: application/json"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain");
        assertThat(reply.text()).isEqualTo("Body is not valid JSON.\n");
    }

    @Test
    void waitsForTheHomes() throws IOException {
        Promise<List<io.sluice.channel.ItemOutcome>> home = Promise.promise();
        publisher.answer.set(home.future());
        try (var wire = HttpWire.open(port)) {
            wire.send(request("POST", "/publish", ITEMS));
            await().until(() -> !publisher.calls.isEmpty());
            home.fail("home n2 went away");
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isEqualTo("1");
            assertThat(reply.text())
                    .contains("may have been accepted")
                    .contains("ids")
                    .endsWith("\n");
        }
        assertThat(stats.value(Counter.PUBLISHES_FAILED)).isEqualTo(1);
    }

    @Test
    void nothingIsDoneForWhatCannotBeAnswered() throws IOException {
        Reply reply = exchange(port, request("POST", "/publish", ITEMS, "Accept: image/png"));
        assertThat(reply.status()).isEqualTo(406);
        assertThat(reply.text()).isEqualTo("Not Acceptable. Supported formats are text/plain and application/json.\n");
        assertThat(publisher.calls).isEmpty();
    }

    @Test
    void noChannelIsRefreshedThatCanNotBePublishedOn() throws IOException {
        assertThat(exchange(port, request("POST", "/refresh", "{\"channel\":\"a\\nb\"}"))
                        .text())
                .isEqualTo("Invalid format: object contains 'channel' with invalid value\n");
    }

    @Test
    void recoverTellsEveryNode() throws IOException {
        List<Object> heard = new CopyOnWriteArrayList<>();
        vertx.eventBus().registerDefaultCodec(Control.Recover.class, new AsItIs());
        vertx.eventBus().consumer(Addresses.BROADCAST, message -> heard.add(message.body()));
        assertThat(exchange(port, request("POST", "/recover/", "")).text()).isEqualTo("Updated\n");
        await().until(() -> heard.contains(new Control.Recover()));
        assertThat(exchange(port, request("POST", "/recover", "", "Accept: application/json"))
                        .text())
                .isEqualTo("{\"message\":\"Updated\"}\n");
    }

    @ParameterizedTest
    @CsvSource({"GET,/publish", "PUT,/publish/", "GET,/recover", "DELETE,/recover/"})
    void otherMethodsAreNamed(String method, String path) throws IOException {
        Reply reply = exchange(port, request(method, path, null));
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo("POST");
        assertThat(reply.text()).isEqualTo("Method not allowed: " + method + ".\n");
    }

    @Test
    void otherPathsAreNotFound() throws IOException {
        Reply reply = exchange(port, request("GET", "/publishing", null));
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.text()).isEqualTo("Not Found\n");
    }

    @Test
    void keepsTheConnectionAndAnswersPipelinedRequestsInOrder() throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send(request("POST", "/publish", ITEMS)
                    + request("GET", "/nope", null)
                    + request("POST", "/publish", "[]")
                    + request("GET", "/", null));
            assertThat(wire.reply().text()).isEqualTo("Published\n");
            assertThat(wire.reply().status()).isEqualTo(404);
            assertThat(wire.reply().text()).isEqualTo("Invalid format.\n");
            assertThat(wire.reply().text()).isEqualTo("Sluice API\n");
        }
    }

    @Test
    void http10IsAnsweredAndClosed() throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(wire.reply().text()).isEqualTo("Sluice API\n");
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedAndTheConnectionGoesOn() throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send(request("POST", "/publish", "x".repeat(MAX_BODY + 1)));
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.text()).isEqualTo("Request body too large.\n");
            wire.send(request("POST", "/publish", ITEMS + " ".repeat(MAX_BODY - ITEMS.length())));
            assertThat(wire.reply().text()).isEqualTo("Published\n");
        }
    }

    @Test
    void aBodyWithoutEndIsCutOff() throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send("POST /publish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n"
                    + "x".repeat(0x4000) + "\r\n");
            assertThat(wire.reply().status()).isEqualTo(413);
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void expectContinueIsHonoured() throws IOException {
        try (var wire = HttpWire.open(port)) {
            String whole = request("POST", "/publish", ITEMS, "Expect: 100-continue");
            int body = whole.indexOf("\r\n\r\n") + 4;
            wire.send(whole.substring(0, body));
            assertThat(wire.reply().status()).isEqualTo(100);
            wire.send(whole.substring(body));
            assertThat(wire.reply().text()).isEqualTo("Published\n");
            wire.send(request("GET", "/", null));
            assertThat(wire.reply().text()).as("the connection goes on").isEqualTo("Sluice API\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /publish, image/png, 406",
        "POST, /recover, image/png, 406",
        "PUT, /recover, text/plain, 405",
        "POST, /none, text/plain, 404",
        "POST, /, text/plain, 200",
    })
    void whoseBodyIsNotAskedForIsAnsweredAndClosed(String method, String target, String accept, int status)
            throws IOException {
        try (var wire = HttpWire.open(port)) {
            String whole = request(method, target, ITEMS, "Expect: 100-continue", "Accept: " + accept);
            wire.send(whole.substring(0, whole.indexOf("\r\n\r\n") + 4));
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void thereAreNoWebSocketsHere() throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send(request("GET", "/", null, "Connection: Upgrade", "Upgrade: websocket"));
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text()).isEqualTo("Failed to parse request: no WebSockets on this port.\n");
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void aBodyThatWouldBeTooLargeIsNotAskedFor() throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send("POST /publish HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
            assertThat(wire.reply().status()).isEqualTo(413);
            assertThat(wire.closed()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /publish HTTP/1.1~Host: x~Content-Length: 2~Transfer-Encoding: chunked~~0~~ | 400",
                "POST /publish HTTP/1.1~Host: x~Content-Length: 2~Content-Length: 3~~{} | 400",
                "POST /publish HTTP/1.1~Host: x~Content-Length: two~~{} | 400",
                "POST /publish HTTP/1.1~Host: x~Content-Length: -2~~{} | 400",
                "POST /publish HTTP/1.1~Host: x~Transfer-Encoding: gzip~~{} | 400",
                "POST /publish HTTP/1.1~Host: x~Transfer-Encoding: chunked~~zz~~ | 400",
                "POST /publish HTTP/1.1~Host: x~Transfer-Encoding: chunked~~fffffffff~~ | 400",
                "POST /publish HTTP/1.0~Host: x~Transfer-Encoding: chunked~~0~~ | 400",
                "BLAH~~ | 400",
                "GET / HTTP/1.1~A b: c~~ | 400",
            })
    void lostFramingIsRefusedAndClosed(String request, int status) throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send(request.strip().replace("~", "\r\n"));
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.text()).startsWith("Failed to parse request").endsWith(".\n");
            assertThat(wire.closed()).isTrue();
        }
        assertThat(exchange(port, request("GET", "/", null)).status()).isEqualTo(200);
    }

    @Test
    void anOversizedHeadIsRefused() throws IOException {
        Reply headers = exchange(port, request("GET", "/", null, "A: " + "x".repeat(5000)));
        assertThat(headers.status()).isEqualTo(431);
        assertThat(headers.text()).isEqualTo("Request header size exceeded limit of 4096 bytes.\n");
        Reply line = exchange(port, request("GET", "/" + "x".repeat(5000), null));
        assertThat(line.status()).isEqualTo(414);
    }

    @Test
    void theBusTakesOneItemOrAList() {
        JsonObject one = send(new JsonObject(ITEM));
        assertThat(one.getJsonArray("items").getJsonObject(0).getString("status"))
                .isEqualTo("accepted");
        JsonObject list = send(new JsonObject(ITEMS));
        assertThat(list.getJsonArray("items").getJsonObject(0).getString("status"))
                .isEqualTo("duplicate");
        assertThat(send(ITEMS).getString("message")).isEqualTo("Published");
        assertThat(send(Buffer.buffer(ITEM)).getString("message")).isEqualTo("Published");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | Body is not valid JSON.",
                "[] | Invalid format.",
                "{} | Invalid format: publish item object does not contain 'channel'",
                "{\"items\":1} | Invalid format: object contains 'items' with wrong type",
            })
    void theBusAnswersWithTheSameErrors(String body, String text) {
        assertThat(bus(body)
                        .otherwise(failure -> {
                            assertThat(failure).isInstanceOf(ReplyException.class);
                            return new JsonObject()
                                    .put("code", ((ReplyException) failure).failureCode())
                                    .put("text", failure.getMessage());
                        })
                        .await())
                .isEqualTo(new JsonObject().put("code", 400).put("text", text));
    }

    private JsonObject send(Object body) {
        return bus(body).await();
    }

    private Future<JsonObject> bus(Object body) {
        return vertx.eventBus().<JsonObject>request(Addresses.PUBLISH, body).map(message -> message.body());
    }

    private static final class AsItIs implements MessageCodec<Control.Recover, Control.Recover> {
        @Override
        public void encodeToWire(Buffer buffer, Control.Recover recover) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Control.Recover decodeFromWire(int position, Buffer buffer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Control.Recover transform(Control.Recover recover) {
            return recover;
        }

        @Override
        public String name() {
            return "as-it-is";
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
