package io.sluice.protocol;

import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** What cases of WebSockets have: a path of their own, an origin there, clients. */
abstract class WebSocketCases extends ProtocolCases {
    /** On the answer to OPEN: control messages and prefixes mean something. */
    static final String GRIP = "Sec-WebSocket-Extensions: grip";

    /** Of targets that are {@code over_http}. */
    static final String WOH = "woh.test";

    /** Of targets that speak WebSocket. */
    static final String WS = "ws.test";

    final String name = World.name("socket");
    final String path = "/" + name;

    /** A channel of its own too. */
    final String channel = World.name("ws-channel");

    /** An origin over HTTP that opens, with these headers. */
    final WohOrigin opening(String... headers) {
        return overHttp().then(WohOrigin.answer(List.of(headers), WsEvent.OPEN));
    }

    /** An origin over HTTP that opens with {@link #GRIP}, and with these events behind its OPEN. */
    final WohOrigin grip(WsEvent... events) {
        WsEvent[] all = new WsEvent[events.length + 1];
        all[0] = WsEvent.OPEN;
        System.arraycopy(events, 0, all, 1, events.length);
        return overHttp().then(WohOrigin.answer(List.of(GRIP), all));
    }

    /** An origin over HTTP with no answers yet. */
    final WohOrigin overHttp() {
        return new WohOrigin(origin(), path);
    }

    /** An origin that speaks WebSocket; its 101 has these headers. */
    final WsOrigin accepting(String... headers) {
        return new WsOrigin(origin(), path, List.of(headers));
    }

    /** A text to publish. */
    static JsonObject message(String channel, String content) {
        return Items.item(channel, "ws-message", new JsonObject().put("content", content));
    }

    final RawUpgrade upgrade(String host) {
        return RawUpgrade.to(path).host(host);
    }

    final RawWebSocket open(String host) throws IOException {
        return upgrade(host).open(port());
    }

    final int port() {
        return world().server().clientPort();
    }

    /** Opens, and the subscription that the origin asks for in its first answer is in effect. */
    final RawWebSocket subscribed(String host, String channel) throws IOException {
        world().server().expectSubscribed(channel);
        RawWebSocket client = open(host);
        world().server().awaitSubscribed(channel);
        return client;
    }

    /** The origin can't be gone on with: Pushpin cuts, Sluice says so. */
    final void expectFailed(RawWebSocket client) throws IOException {
        if (isSluice()) {
            client.expectClose(1011);
        } else {
            client.expectCut();
        }
    }

    /** What comes until the connection ends, as transcripts of the origin have it. */
    static List<String> untilEnd(RawWebSocket client) throws IOException {
        var seen = new ArrayList<String>();
        try {
            while (true) {
                Frame frame = client.readMessage();
                seen.add(new WsEvent(type(frame), frame.payload()).toString());
            }
        } catch (EOFException | SocketException end) {
            return seen;
        }
    }

    private static String type(Frame frame) {
        return switch (frame.opcode()) {
            case RawWebSocket.TEXT -> "TEXT";
            case RawWebSocket.BINARY -> "BINARY";
            case RawWebSocket.CLOSE -> "CLOSE";
            case RawWebSocket.PING -> "PING";
            case RawWebSocket.PONG -> "PONG";
            default -> throw new AssertionError("no such frame: " + frame);
        };
    }
}
