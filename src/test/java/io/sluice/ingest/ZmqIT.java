package io.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.grip.Tnetstring;
import io.sluice.hostile.CapturedLog;
import io.sluice.stats.Counter;
import io.sluice.testing.FreePorts;
import io.sluice.testing.TestGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A whole node with its three ZeroMQ sockets, and publishers of another context at them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ZmqIT {
    private static final List<Integer> PORTS = FreePorts.take(3);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static TestGateway gateway;
    private static ZContext zmq;

    private static String spec(int index) {
        return "tcp://127.0.0.1:" + PORTS.get(index);
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.start(
                List.of("* test"),
                Map.of(
                        "zmq.pull", spec(0),
                        "zmq.sub", spec(1),
                        "zmq.command", spec(2),
                        "zmq.max-message-bytes", "10000"));
        zmq = new ZContext();
    }

    @AfterAll
    static void stop() {
        zmq.close();
        gateway.close();
    }

    private static ZMQ.Socket socket(SocketType type, int index) {
        ZMQ.Socket socket = zmq.createSocket(type);
        socket.setReceiveTimeOut(20_000);
        // JeroMQ's own connects stall now and then, and begin anew after this time.
        socket.setHandshakeIvl(500);
        socket.connect(spec(index));
        return socket;
    }

    /** A stream that is subscribed. */
    private static BufferedReader stream(String channel) throws Exception {
        HttpResponse<java.io.InputStream> response = HTTP.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + gateway.httpPort() + "/stream?channel=" + channel))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        var lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
        assertThat(lines.readLine()).isEqualTo("[stream opened]");
        return lines;
    }

    private static JsonObject item(String channel, String line) {
        return new JsonObject()
                .put("channel", channel)
                .put("formats", new JsonObject().put("http-stream", new JsonObject().put("content", line + "\n")));
    }

    private static JsonObject command(ZMQ.Socket socket, String method, JsonObject arguments) throws Exception {
        socket.send(Tnetstring.encode(
                new JsonObject().put("id", "7").put("method", method).put("args", arguments)));
        return Tnetstring.decodeMap(socket.recv());
    }

    @Test
    void items_come_in_every_form_and_in_order() throws Exception {
        try (BufferedReader lines = stream("pulled");
                ZMQ.Socket push = socket(SocketType.PUSH, 0)) {
            byte[] plain = Tnetstring.encode(item("pulled", "1"));
            push.send(plain);
            push.send(("T" + new String(Tnetstring.encode(item("pulled", "2")), UTF_8)).getBytes(UTF_8));
            push.send("J" + item("pulled", "3").encode());
            for (int i = 4; i < 3000; i++) {
                push.send("J" + item("pulled", String.valueOf(i)).encode());
            }
            for (int i = 1; i < 3000; i++) {
                assertThat(lines.readLine()).isEqualTo(String.valueOf(i));
            }
        }
    }

    @Test
    void bad_messages_are_counted_and_logged_and_the_socket_goes_on() throws Exception {
        try (BufferedReader lines = stream("bad");
                var log = new CapturedLog();
                ZMQ.Socket push = socket(SocketType.PUSH, 0);
                var junk = new Socket(InetAddress.getLoopbackAddress(), PORTS.get(0))) {
            long before = gateway.gateway().stats().value(Counter.PUBLISHES_REFUSED);
            junk.getOutputStream().write("GET / HTTP/1.1\r\n\r\n\0\0\0\0\0\0\0\0\0\0\0".getBytes(UTF_8));
            push.send("J{\"channel\":\"bad\"}");
            push.sendMore("J1");
            push.send("J2");
            push.send(unreadable());
            push.send(new byte[10_001]);
            push.send(new byte[200_000]); // cut: the connection comes again
            await().untilAsserted(() -> {
                push.send("J" + item("bad", "x").encode(), ZMQ.DONTWAIT);
                assertThat(gateway.gateway().stats().value(Counter.PUBLISHES_REFUSED) - before)
                        .isEqualTo(4);
            });
            push.send("J" + item("bad", "good").encode());
            String line = lines.readLine();
            while ("x".equals(line)) {
                line = lines.readLine();
            }
            assertThat(line).isEqualTo("good");
            assertThat(log.warnings())
                    .anyMatch(text -> text.contains("zmq-message-refused socket=pull reason=\"no formats specified\""));
        }
    }

    /** A tnetstring that would be JSON, but for the bytes in it. */
    private static byte[] unreadable() {
        var add = new JsonObject().put("op", "add").put("path", "/p").put("value", "?");
        var format = new JsonObject().put("body-patch", new JsonArray().add(add));
        byte[] message =
                Tnetstring.encode(new JsonObject().put("channel", "bad").put("http-response", format));
        for (int i = 0; i < message.length; i++) {
            message[i] = message[i] == '?' ? (byte) 0xff : message[i];
        }
        return message;
    }

    @Test
    void subscriptions_are_forwarded_and_only_what_was_asked_for_by_name_is_taken() throws Exception {
        try (ZMQ.Socket publisher = socket(SocketType.XPUB, 1)) {
            long unasked = gateway.gateway().stats().value(Counter.ITEMS_UNASKED);
            try (BufferedReader lines = stream("topic-a")) {
                awaitSubscription(publisher, "\1topic-a");
                publisher.sendMore("topic-ab");
                publisher.send("J" + item("topic-a", "of another channel").encode());
                publisher.sendMore("topic-a");
                publisher.send("J" + item("ignored", "hello").encode());
                assertThat(lines.readLine()).isEqualTo("hello");
            }
            awaitSubscription(publisher, "\0topic-a");
            assertThat(gateway.gateway().stats().value(Counter.ITEMS_UNASKED) - unasked)
                    .isEqualTo(1);
        }
    }

    /** Streams of other tests may still come and go. */
    private static void awaitSubscription(ZMQ.Socket publisher, String expected) {
        String said = publisher.recvStr();
        while (said != null && !said.equals(expected)) {
            said = publisher.recvStr();
        }
        assertThat(said).isEqualTo(expected);
    }

    @Test
    void commands_are_answered() throws Exception {
        try (ZMQ.Socket request = socket(SocketType.REQ, 2);
                BufferedReader lines = stream("commanded")) {
            var none = new JsonObject();
            assertThat(command(request, "get-zmq-uris", none).encode())
                    .isEqualTo("{\"id\":\"7\",\"success\":true,\"value\":{\"command\":\"" + spec(2)
                            + "\",\"publish-pull\":\"" + spec(0) + "\",\"publish-sub\":\"" + spec(1) + "\"}}");
            var items = new JsonObject().put("items", new JsonArray().add(item("commanded", "hi")));
            assertThat(command(request, "publish", items).getBoolean("success")).isTrue();
            assertThat(lines.readLine()).isEqualTo("hi");
            assertThat(command(request, "publish", none).encode())
                    .isEqualTo(
                            "{\"id\":\"7\",\"success\":false,\"condition\":\"bad-request\",\"value\":\"Invalid format: object does not contain 'items'\"}");
            assertThat(command(request, "recover", none).getBoolean("success")).isTrue();
            var ids = new JsonObject().put("ids", new JsonArray().add("nobody"));
            assertThat(command(request, "conncheck", ids).getJsonArray("value")).isEmpty();
            assertThat(command(request, "conncheck", none).getString("condition"))
                    .isEqualTo("bad-request");
            var nobody = new JsonObject().put("cid", "nobody");
            assertThat(command(request, "refresh", nobody).getString("condition"))
                    .isEqualTo("item-not-found");
            assertThat(command(request, "refresh", new JsonObject().put("channel", "commanded"))
                            .getBoolean("success"))
                    .isTrue();
            assertThat(command(request, "refresh", none).getString("condition")).isEqualTo("bad-request");
            assertThat(command(request, "fly", none).getString("condition")).isEqualTo("method-not-found");
            request.send(Tnetstring.encode(
                    new JsonObject().put("id", "7").put("method", "recover").put("args", "all")));
            assertThat(new String(request.recv(), UTF_8)).contains("bad-request", "'args' is not a map");
            request.send("nonsense");
            assertThat(new String(request.recv(), UTF_8)).contains("bad-request", "tnetstring without a length");
        }
    }

    @Test
    void askers_do_not_wait_for_each_other_and_one_without_an_envelope_is_left_alone() {
        try (ZMQ.Socket bare = socket(SocketType.DEALER, 2);
                ZMQ.Socket other = socket(SocketType.REQ, 2)) {
            bare.send("no empty part");
            for (int i = 0; i < 20; i++) {
                bare.sendMore("hop");
            }
            bare.sendMore("");
            bare.send(Tnetstring.encode(new JsonObject().put("method", "recover")));
            bare.sendMore("");
            bare.send(Tnetstring.encode(new JsonObject().put("method", "get-zmq-uris")));
            assertThat(bare.recv()).isEmpty();
            assertThat(new String(bare.recv(), UTF_8)).contains("publish-pull");
            other.send(Tnetstring.encode(new JsonObject().put("method", "get-zmq-uris")));
            assertThat(other.recvStr()).contains("publish-pull");
        }
    }

    @Test
    void a_node_whose_port_is_taken_does_not_start() {
        assertThatThrownBy(() -> TestGateway.start(List.of("* test"), Map.of("zmq.pull", spec(0)))
                        .close())
                .hasMessageContaining("zmq.pull: " + spec(0) + ": ");
    }

    @Test
    void a_node_connects_to_its_publishers_and_one_that_ends_has_nothing_left_unpublished() throws Exception {
        int port = FreePorts.takeOne();
        try (ZMQ.Socket publisher = zmq.createSocket(SocketType.XPUB)) {
            publisher.setReceiveTimeOut(20_000);
            publisher.bind("tcp://127.0.0.1:" + port);
            try (var node = TestGateway.start(
                    List.of("* test"), Map.of("zmq.sub", "tcp://127.0.0.1:" + port, "zmq.sub-connect", "true"))) {
                var poll = HTTP.sendAsync(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + node.httpPort() + "/response?channel=r"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(publisher.recv()).isEqualTo("\1r".getBytes(UTF_8));
                assertThat(poll).isNotDone();
            }
        }
    }
}
