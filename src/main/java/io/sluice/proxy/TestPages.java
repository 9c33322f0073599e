package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.GripExtension;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketEvent;
import io.sluice.grip.SocketEvents;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the test target answers: enough to see holds work without an origin (GRIP, test target). Pure. */
final class TestPages {
    static final GripResponse TOO_LARGE = bad("request too large");
    private static final String CHANNEL = "channel";

    private TestPages() {}

    static GripResponse bad(String text) {
        return page(400, "Bad Request", text, Headers.EMPTY);
    }

    /**
     * @param path without the route's part of it
     * @param uri path and query as the client sent them; {@code channel} in the query may be repeated
     */
    static GripResponse answer(String path, String uri) throws GripException {
        return switch (path) {
            case "/" -> page(200, "OK", "Hello from the Sluice test handler!", Headers.EMPTY);
            case "/response" -> page(200, "OK", "nothing for now", hold("response", channels(uri)));
            case "/stream" -> page(200, "OK", "[stream opened]", hold("stream", channels(uri)));
            default -> page(404, "Not Found", "no such test resource", Headers.EMPTY);
        };
    }

    /** A WebSocket that is subscribed to the channels, and echoes what its client sends. */
    static GripResponse socket(byte[] body, String uri) throws GripException {
        var events = new ArrayList<SocketEvent>();
        Headers headers = Headers.of("Content-Type", SocketEvents.MEDIA_TYPE);
        for (SocketEvent event : SocketEvents.decode(body)) {
            switch (event.type()) {
                case OPEN -> {
                    headers = headers.with(GripExtension.HEADER, GripExtension.NAME + "; message-prefix=\"\"");
                    events.add(event);
                    for (String channel : channels(uri)) {
                        var subscribe =
                                new JsonObject().put("type", "subscribe").put("channel", channel);
                        events.add(SocketEvent.text("c:" + subscribe.encode()));
                    }
                }
                case PING -> events.add(new SocketEvent(SocketEvent.Type.PONG, event.content()));
                case TEXT, BINARY, CLOSE -> events.add(event);
                case PONG, DISCONNECT -> {}
            }
        }
        return new GripResponse(200, "OK", headers, SocketEvents.encode(events));
    }

    private static Headers hold(String mode, List<String> channels) {
        Headers headers = Headers.of("Grip-Hold", mode);
        for (String channel : channels) {
            headers = headers.with("Grip-Channel", channel);
        }
        return headers;
    }

    private static List<String> channels(String uri) throws GripException {
        var channels = new ArrayList<String>();
        int query = uri.indexOf('?');
        for (String parameter :
                query < 0 ? new String[0] : uri.substring(query + 1).split("&")) {
            if (parameter.startsWith(CHANNEL + "=")) {
                channels.add(channel(parameter.substring(CHANNEL.length() + 1)));
            }
        }
        return channels.isEmpty() ? List.of("test") : channels;
    }

    /** What would not survive a header line is refused. */
    private static String channel(String encoded) throws GripException {
        String name;
        try {
            name = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new GripException("invalid channel");
        }
        if (name.isEmpty() || name.chars().anyMatch(c -> c < ' ' || c == ',' || c == ';' || c == '"' || c >= 0x7f)) {
            throw new GripException("invalid channel");
        }
        return name;
    }

    private static GripResponse page(int status, String reason, String text, Headers headers) {
        return new GripResponse(
                status,
                reason,
                headers.with("Content-Type", "text/plain"),
                (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
