package io.sluice.protocol;

import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ServerUnderTest.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server under test with the origin that its routes point to. Tests share it: each uses paths and channels of its own. */
final class World implements AutoCloseable {
    /** Starts a server. */
    interface Starter {
        ServerUnderTest start(List<String> routes) throws Exception;
    }

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final ScriptedOrigin origin;
    private final Socket refusing;
    private final ServerUnderTest server;

    World(Starter starter) throws Exception {
        origin = new ScriptedOrigin();
        // Bound and not listening: nobody else gets the port, and connections are refused.
        refusing = new Socket();
        refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server = starter.start(TestRoutes.lines(origin.port(), refusing.getLocalPort()));
    }

    ScriptedOrigin origin() {
        return origin;
    }

    ServerUnderTest server() {
        return server;
    }

    boolean isSluice() {
        return server.kind() == Kind.SLUICE;
    }

    /** A name that no other test uses; fit for a channel, and with a slash before it for a path. */
    static String name(String stem) {
        return stem + "-" + NAMES.incrementAndGet();
    }

    HttpWire client() throws IOException {
        return HttpWire.open(server.clientPort());
    }

    Reply get(String target, String... headers) throws IOException {
        return HttpWire.exchange(server.clientPort(), request("GET", target, null, headers));
    }

    /** A stream or a long-poll: sent, not read; the hold on the channel is in effect. */
    HttpWire held(String target, String channel, String... headers) throws IOException {
        return heldBy(request("GET", target, null, headers), channel);
    }

    HttpWire heldBy(String rawRequest, String channel) throws IOException {
        server.expectSubscribed(channel);
        HttpWire wire = client().send(rawRequest);
        server.awaitSubscribed(channel);
        return wire;
    }

    Reply control(String method, String target, String body, String... headers) throws IOException {
        return HttpWire.exchange(server.controlPort(), request(method, target, body, headers));
    }

    void publish(JsonObject... items) throws IOException {
        Reply reply = control(
                "POST",
                "/publish/",
                new JsonObject().put("items", new JsonArray(List.of(items))).encode());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    @Override
    public void close() throws IOException {
        server.close();
        origin.close();
        refusing.close();
    }
}
