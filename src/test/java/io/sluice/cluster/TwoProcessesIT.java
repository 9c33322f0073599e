package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Forked;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes as an operator starts them: processes of their own, clients and publishers on real sockets. */
class TwoProcessesIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String OPENED = "[stream opened]";
    private static final Pattern READY =
            Pattern.compile("sluice ready .*http=127.0.0.1:(\\d+) control=127.0.0.1:(\\d+) ");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String cluster = "it-" + UUID.randomUUID();
    private final List<Node> nodes = new ArrayList<>();
    private int portA;
    private int portB;

    @TempDir
    Path directory;

    @BeforeEach
    void choosePorts() throws IOException {
        try (var a = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var b = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            portA = a.getLocalPort();
            portB = b.getLocalPort();
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> node.process.close());
    }

    /** A stream's lines as they come. */
    private static final class Client {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> over;

        Client(Stream<String> body) {
            over = CompletableFuture.runAsync(() -> body.forEach(lines::add), work -> new Thread(work).start());
        }

        void awaitLines(String... expected) {
            Awaitility.await()
                    .atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(lines).startsWith(OPENED).endsWith(expected[expected.length - 1]));
            assertThat(lines.subList(1, lines.size())).containsExactly(expected);
        }
    }

    private final class Node {
        final Forked process;
        private int httpPort;
        private int controlPort;

        Node(String name, int port, int other) throws IOException {
            process = Forked.sluice(
                    directory,
                    Map.of(),
                    ("run --node " + name
                                    + " --http-host 127.0.0.1 --http-port 0 --control-port 0 --ops-port 0 --set drain.wait-seconds=0"
                                    + " --cluster-name " + cluster + " --cluster-port " + port
                                    + " --join 127.0.0.1:" + other + " --routes routes")
                            .split(" "));
            nodes.add(this);
        }

        Node ready() {
            process.awaitOut("\n");
            Matcher ready = READY.matcher(process.out());
            assertThat(ready.find()).as(process.toString()).isTrue();
            httpPort = Integer.parseInt(ready.group(1));
            controlPort = Integer.parseInt(ready.group(2));
            return this;
        }

        HttpRequest get(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                    .build();
        }

        Client stream() throws IOException, InterruptedException {
            var client = new Client(http.send(get("/stream"), HttpResponse.BodyHandlers.ofLines())
                    .body());
            Awaitility.await().atMost(DEADLINE).until(() -> client.lines.contains(OPENED));
            return client;
        }

        /** What became of it: accepted, duplicate, or the code of a refusal. */
        String publish(String id, String content) throws IOException, InterruptedException {
            String item = """
                    {"items":[{"channel":"test","id":"%s","formats":{"http-stream":{"content":"%s\\n"}}}]}""";
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + controlPort + "/publish/"))
                    .header("Accept", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(item.formatted(id, content)))
                    .build();
            HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
            return reply.statusCode() == 200
                    ? new JsonObject(reply.body())
                            .getJsonArray("items")
                            .getJsonObject(0)
                            .getString("status")
                    : String.valueOf(reply.statusCode());
        }
    }

    @Test
    void nodesDeliverEachOthersItemsOnceAndSurviveEachOther() throws Exception {
        Files.writeString(directory.resolve("routes"), "* test\n");
        Node a = new Node("a", portA, portB);
        Node b = new Node("b", portB, portA);
        a.ready();
        b.ready();
        Client onA = a.stream();
        Client onB = b.stream();

        assertThat(a.publish("1", "one")).isEqualTo("accepted");
        assertThat(b.publish("2", "two")).isEqualTo("accepted");
        assertThat(b.publish("1", "again")).as("an id that the other node took").isEqualTo("duplicate");
        assertThat(a.publish("2", "again")).isEqualTo("duplicate");
        assertThat(a.publish("3", "three")).isEqualTo("accepted");
        onA.awaitLines("one", "two", "three");
        onB.awaitLines("one", "two", "three");

        b.process.signal("KILL");
        assertThat(onB.over)
                .as("the stream is cut, not ended")
                .failsWithin(DEADLINE)
                .withThrowableOfType(ExecutionException.class);
        // What was on its way to the dead node fails, and may be sent again.
        Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> a.publish("4", "four"), result -> result.equals("accepted") || result.equals("duplicate"));
        onA.awaitLines("one", "two", "three", "four");
        a.process.awaitErr("cluster-node-left node=b");

        Node again = new Node("b", portB, portA).ready();
        a.process.awaitErr("cluster-node-joined node=b");
        Client onNew = again.stream();
        assertThat(a.publish("5", "five")).isEqualTo("accepted");
        assertThat(again.publish("6", "six")).isEqualTo("accepted");
        onA.awaitLines("one", "two", "three", "four", "five", "six");
        onNew.awaitLines("five", "six");

        endsInOrder(a, onA);
        assertThat(again.publish("7", "seven")).isEqualTo("accepted");
        onNew.awaitLines("five", "six", "seven");
    }

    /** TERM: who waits is answered, streams end whole, nobody is waited for. */
    private void endsInOrder(Node node, Client listening) throws Exception {
        CompletableFuture<HttpResponse<String>> poll =
                http.sendAsync(node.get("/response"), HttpResponse.BodyHandlers.ofString());
        node.process.awaitErr("hold=RESPONSE");
        node.process.signal("TERM");
        assertThat(poll.get(DEADLINE.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);
        assertThat(listening.over).succeedsWithin(DEADLINE);
        assertThat(node.process.code()).as(node.process.toString()).isZero();
    }
}
