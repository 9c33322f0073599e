package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.claims.ClaimsOrigin;
import io.sluice.protocol.HttpWire;
import io.sluice.protocol.Reply;
import io.sluice.testing.Forked;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.TestGateway;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is subscribed, asked of each node of a cluster: two in this JVM, and one in its own that hangs and is killed. */
@Timeout(120)
class PresenceClusterIT {
    private static final Pattern READY = Pattern.compile("sluice ready .*http=127.0.0.1:(\\d+) .*ops=127.0.0.1:(\\d+)");

    private static final String TOKEN = "0123456789abcdefghij";

    private final ClaimsOrigin origin = new ClaimsOrigin();
    private final String cluster = "it-" + UUID.randomUUID();
    private final List<Integer> ports = FreePorts.take(3);
    private final List<TestGateway> nodes = new ArrayList<>();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final List<Integer> httpPorts = new ArrayList<>();
    private final List<Integer> opsPorts = new ArrayList<>();
    private Forked third;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        String join = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        List<String> routes = List.of(
                "*,client=query:u,client_policy=max=3 " + origin.address() + ",over_http",
                "*,path_beg=/poll " + origin.address());
        Files.write(directory.resolve("routes"), routes);
        third = Forked.sluice(
                directory,
                Map.of(),
                ("run --node n2 --http-host 127.0.0.1 --http-port 0 --control-port 0 --ops-port 0 --cluster-name "
                                + cluster + " --cluster-port " + ports.get(2) + " --join " + join + " --routes routes")
                        .split(" "));
        closing.add(third);
        for (int i = 0; i < 2; i++) {
            TestGateway node = TestGateway.start(
                    routes,
                    Map.of(
                            "node.name",
                            "n" + i,
                            "ops.token",
                            TOKEN,
                            "cluster.name",
                            cluster,
                            "cluster.port",
                            ports.get(i).toString(),
                            "cluster.join",
                            join));
            nodes.add(node);
            httpPorts.add(node.httpPort());
            opsPorts.add(node.gateway().opsPort());
        }
        third.awaitOut("\n");
        Matcher ready = READY.matcher(third.out());
        assertThat(ready.find()).as(third.toString()).isTrue();
        httpPorts.add(Integer.parseInt(ready.group(1)));
        opsPorts.add(Integer.parseInt(ready.group(2)));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : closing) {
            one.close();
        }
        for (TestGateway node : nodes) {
            node.close();
        }
        origin.close();
    }

    private HttpWire get(int node, String path) throws IOException {
        HttpWire client = HttpWire.open(httpPorts.get(node));
        closing.add(client);
        return client.send(HttpWire.request("GET", path, null));
    }

    private HttpWire stream(int node, String user) throws IOException {
        HttpWire client = get(node, "/sse?u=" + user);
        client.head();
        client.readUntil("open\n");
        return client;
    }

    private JsonObject ask(int node, String path) throws IOException {
        Reply reply = HttpWire.exchange(opsPorts.get(node), HttpWire.request("GET", path, null));
        assertThat(reply.status()).isEqualTo(200);
        return new JsonObject(reply.text());
    }

    /** Soon every one of these nodes says so. */
    private void everyNodeSays(List<Integer> asked, String expected) {
        for (int node : asked) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .untilAsserted(
                            () -> assertThat(said(node)).as("node %s", node).isEqualTo(expected));
        }
    }

    /** {@code streams/longPolls/webSockets clients+unnamed missing}. */
    private String said(int node) throws IOException {
        JsonObject json = ask(node, "/api/channels/news?clients=true");
        JsonObject subscriptions = json.getJsonObject("subscriptions");
        return subscriptions.getInteger("streams") + "/" + subscriptions.getInteger("longPolls") + "/"
                + subscriptions.getInteger("webSockets") + " " + json.getJsonArray("clientIds") + "+"
                + json.getInteger("unnamed") + " " + json.getJsonArray("missing");
    }

    @Test
    void every_node_knows_who_is_there_and_names_the_node_that_it_cannot_ask() throws Exception {
        List<Integer> all = List.of(0, 1, 2);
        everyNodeSays(all, "0/0/0 []+0 []");
        stream(0, "ann");
        stream(1, "ann");
        HttpWire bob = stream(1, "bob");
        HttpWire carl = stream(2, "carl");
        RawWebSocket dora = RawUpgrade.to("/ws?u=dora").open(httpPorts.get(2));
        closing.add(dora);
        assertThat(dora.readText()).isEqualTo("open");
        get(0, "/poll");
        everyNodeSays(all, "4/1/1 [\"ann\",\"bob\",\"carl\",\"dora\"]+1 []");
        assertThat(ask(1, "/api/channels").getJsonArray("channels").toString())
                .isEqualTo("[{\"channel\":\"news\",\"subscriptions\":"
                        + "{\"streams\":4,\"longPolls\":1,\"webSockets\":1,\"total\":6}}]");

        String carls = theDeskKnowsThemOnAnyNode();

        bob.close();
        dora.close();
        everyNodeSays(all, "3/1/0 [\"ann\",\"carl\"]+1 []");

        third.signal("STOP");
        assertThat(said(0)).isEqualTo("2/1/0 [\"ann\"]+1 [\"n2\"]");
        Reply silent = HttpWire.exchange(opsPorts.get(0), HttpWire.request("GET", "/api/connections/" + carls, null));
        assertThat(silent.status()).isEqualTo(503);
        assertThat(silent.text()).contains("no answer from n2");
        third.signal("CONT");
        everyNodeSays(all, "3/1/0 [\"ann\",\"carl\"]+1 []");

        Reply ended = HttpWire.exchange(
                opsPorts.get(1),
                HttpWire.request(
                        "POST", "/api/connections/" + carls + "/disconnect", "", "Authorization: Bearer " + TOKEN));
        assertThat(ended.status()).as(ended.text()).isEqualTo(200);
        carl.readUntil("sluice-disconnect");
        everyNodeSays(all, "2/1/0 [\"ann\"]+1 []");

        third.signal("KILL");
        everyNodeSays(List.of(0, 1), "2/1/0 [\"ann\"]+1 []");
    }

    /** The id of carl's connection. */
    private String theDeskKnowsThemOnAnyNode() throws IOException {
        JsonObject of = ask(0, "/api/connections?client=carl");
        assertThat(of.getJsonArray("connections")).hasSize(1);
        JsonObject one = of.getJsonArray("connections").getJsonObject(0);
        assertThat(one.getString("node")).isEqualTo("n2");
        String id = one.getString("connection");
        for (int node = 0; node < 3; node++) {
            assertThat(ask(node, "/api/connections/" + id).getString("kind")).isEqualTo("stream");
            assertThat(ask(node, "/api/connections?q=NEWS&limit=5").getJsonArray("connections"))
                    .hasSize(5);
            assertThat(ask(node, "/api/connections?q=news&limit=5").getBoolean("more"))
                    .isTrue();
            assertThat(ask(node, "/api/slow").getJsonArray("missing")).isEmpty();
        }
        assertThat(ask(0, "/api/connections?client=dora")
                        .getJsonArray("connections")
                        .getJsonObject(0)
                        .getString("kind"))
                .isEqualTo("websocket");
        Reply none = HttpWire.exchange(opsPorts.get(0), HttpWire.request("GET", "/api/connections/n9-0-1", null));
        assertThat(none.status()).isEqualTo(404);
        return id;
    }
}
