package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.stats.Gauge;
import io.sluice.testing.HttpOrigin;
import io.sluice.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** "Why did X not get message Y?" asked of a whole node, as its operator does. */
@Timeout(60)
class TraceIT {
    private final Vertx vertx = Vertx.vertx();
    private final HttpOrigin origin = HttpOrigin.start(vertx, TraceIT::answer);
    private final List<HeldClient> clients = new ArrayList<>();
    private TestGateway gateway;
    private final StringWriter err = new StringWriter();

    TraceIT() throws Exception {
        gateway = TestGateway.start(List.of("* " + origin.address()), Map.of());
    }

    @BeforeEach
    void twoStreamsAndALongPoll() throws Exception {
        for (String path : List.of("/plain", "/self", "/poll")) {
            HeldClient client = HeldClient.connect(gateway.httpPort()).get(path);
            clients.add(client);
        }
        clients.get(0).head();
        clients.get(1).head();
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> gateway.gateway().stats().value(Gauge.SUBSCRIPTIONS) == 3);
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        for (HeldClient client : clients) {
            client.close();
        }
        origin.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static void answer(HttpServerRequest request) {
        var response = request.response();
        switch (request.path()) {
            case "/plain" -> response.putHeader("Grip-Hold", "stream").putHeader("Grip-Channel", "c");
            case "/self" ->
                response.putHeader("Grip-Hold", "stream")
                        .putHeader("Grip-Channel", "c; filter=skip-self")
                        .putHeader("Grip-Set-Meta", "user=alice");
            default -> response.putHeader("Grip-Hold", "response").putHeader("Grip-Channel", "c");
        }
        response.end();
    }

    private void publish(JsonObject item) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.controlPort() + "/publish/");
        String body = new JsonObject().put("items", new JsonArray().add(item)).encode();
        HttpResponse<String> reply = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }

    private static JsonObject item(String id) {
        return new JsonObject()
                .put("channel", "c")
                .put("id", id)
                .put("http-stream", new JsonObject().put("content", "hello\n"));
    }

    /** What the command prints, once it is what the condition asks for. */
    private String trace(int code, String shown, String... arguments) {
        var line = new String[arguments.length + 3];
        line[0] = "trace";
        line[1] = "--ops";
        line[2] = "http://127.0.0.1:" + gateway.gateway().opsPort();
        System.arraycopy(arguments, 0, line, 3, arguments.length);
        return await().atMost(20, TimeUnit.SECONDS)
                .until(
                        () -> {
                            var out = new StringWriter();
                            CommandLine command = Commands.of(new GatewayLaunch());
                            command.setOut(new PrintWriter(out, true));
                            command.setErr(new PrintWriter(err, true));
                            return command.execute(line) + "\n" + out;
                        },
                        said -> said.startsWith(code + "\n") && said.contains(shown));
    }

    @Test
    void whoGotItAndWhoDidNot() throws Exception {
        publish(item("7").put("meta", new JsonObject().put("sender", "alice")));
        String said = trace(0, "1 got it", "--channel", "c", "--id", "7");
        assertThat(said)
                .contains("home " + gateway.gateway().name() + " took it as number 1 and gave it to ")
                .contains("2 subscriptions")
                .contains("filtered for 1 by skip-self")
                .containsPattern("    not to connection \\S+: skip-self");
        publish(item("7"));
        assertThat(trace(0, "duplicate", "--channel", "c", "--id", "7")).contains("which goes no further");
        assertThat(clients.get(0).read(1)).isNotEmpty();
    }

    @Test
    void aDropIsNamedWithItsReason() throws Exception {
        publish(item("8")
                .put(
                        "http-stream",
                        new JsonObject().put("content", "x").put("content-filters", new JsonArray().add("build-id"))));
        assertThat(trace(0, "0 got it", "--channel", "c", "--id", "8"))
                .contains("dropped for 2 by content_filter_mismatch")
                .containsPattern("    not to connection \\S+: content_filter_mismatch");
    }

    @Test
    void whatWaitsAndWhatWasNeverThere() throws Exception {
        publish(item("8"));
        publish(item("10").put("prev-id", "9"));
        trace(0, "had it wait for the item with the id 9, its prev-id", "--channel", "c", "--id", "10");
        publish(item("nobody").put("channel", "empty"));
        trace(0, "no node had subscribers", "--channel", "empty", "--id", "nobody");
        trace(1, "Nothing is remembered of it", "--channel", "c", "--id", "11");
    }

    @Test
    void theNewestOfAChannelAndAllNumbersAsJson() throws Exception {
        publish(item("a"));
        publish(item("b"));
        assertThat(trace(0, "[b]", "--channel", "c")).contains("[a] ");
        String said = trace(0, "\"written\" : 2", "--channel", "c", "--id", "b", "--json");
        var json = new JsonObject(said.substring(said.indexOf('\n')));
        JsonObject step = json.getJsonArray("steps").getJsonObject(0);
        assertThat(step.getString("stage")).isEqualTo("forwarded");
        assertThat(step.getInteger("sequence")).isEqualTo(2);
        assertThat(json.getJsonObject("remembers").getInteger(gateway.gateway().name()))
                .isEqualTo(4096);
    }

    @Test
    void aLongPollIsAnswered() throws Exception {
        publish(new JsonObject()
                .put("channel", "c")
                .put("id", "12")
                .put("http-response", new JsonObject().put("body", "now")));
        assertThat(trace(0, "1 got it", "--channel", "c", "--id", "12")).contains("1 subscription on");
    }

    @Test
    void whoAsksWronglyIsTold() throws IOException {
        CommandLine command = Commands.of(new GatewayLaunch());
        command.setErr(new PrintWriter(err, true));
        assertThat(command.execute("trace", "--id", "7")).isEqualTo(2);
        assertThat(command.execute("trace", "--channel", "c", "--ops", "ftp://x"))
                .isEqualTo(2);
        assertThat(command.execute("trace", "--channel", "c", "--ops", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains(
                        "--channel",
                        "must be http://HOST:PORT or https://HOST:PORT, not 'ftp://x'",
                        "nobody listens there");
    }
}
