package io.sluice.protocol;

import static io.sluice.protocol.HttpWire.request;

import io.sluice.cli.Gateway;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.WatchedRoutes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A node of ours in this process, alone, with Pushpin's limits where Pushpin has one. */
final class SluiceServer implements ServerUnderTest {
    private static final String PROBE = "probe";

    private final Gateway gateway;

    private SluiceServer(Gateway gateway) {
        this.gateway = gateway;
    }

    static SluiceServer start(List<String> routes) {
        return start(routes, Map.of());
    }

    /** @param more settings by key */
    static SluiceServer start(List<String> routes, Map<String, String> more) {
        var loader = new SettingsLoader()
                .flag("test", "http.host", "127.0.0.1")
                .flag("test", "http.port", "0")
                .flag("test", "http.max-head-bytes", "8192")
                .flag("test", "http.max-headers", "64")
                .flag("test", "control.port", "0")
                .flag("test", "ops.port", "0")
                .flag("test", "origin.first-byte-timeout-seconds", "3")
                .flag("test", "channels.message-wait-millis", Long.toString(MESSAGE_WAIT.toMillis()))
                .routeLines(routes);
        more.forEach((key, value) -> loader.flag("test", key, value));
        LoadedSettings loaded = loader.load();
        if (!loaded.problems().isEmpty()) {
            throw new IllegalStateException(loaded.problems().toString());
        }
        WatchedRoutes table = WatchedRoutes.read(loaded.settings().routes());
        if (!table.problems().isEmpty()) {
            throw new IllegalStateException(table.problems().toString());
        }
        return new SluiceServer(Gateway.start(loaded.settings(), table).await());
    }

    @Override
    public Kind kind() {
        return Kind.SLUICE;
    }

    @Override
    public int clientPort() {
        return gateway.httpPort();
    }

    @Override
    public int controlPort() {
        return gateway.controlPort();
    }

    /** Uses an id up: what is published with it from now on is a duplicate, and reaches nobody. */
    @Override
    public void expectSubscribed(String channel) throws IOException {
        probe(channel);
    }

    @Override
    public void awaitSubscribed(String channel) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> probe(channel).getInteger("matched") > 0);
    }

    private JsonObject probe(String channel) throws IOException {
        JsonObject item = Items.stream(channel, PROBE).put("id", PROBE).put("no-seq", true);
        item.getJsonObject("formats")
                .put("http-response", new JsonObject().put("body", PROBE))
                .put("ws-message", new JsonObject().put("content", PROBE));
        String body = new JsonObject().put("items", new JsonArray().add(item)).encode();
        Reply reply = HttpWire.exchange(controlPort(), request("POST", "/publish", body, "Accept: application/json"));
        return new JsonObject(reply.text()).getJsonArray("items").getJsonObject(0);
    }

    @Override
    public void close() {
        gateway.close().await();
    }
}
