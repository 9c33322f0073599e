package io.sluice.hostile;

import io.sluice.testing.RawConnection;
import io.sluice.testing.RawConnection.RawRequest;
import io.sluice.testing.RawOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An origin of WebSocket-over-HTTP on a raw socket that takes its time with OPEN, then subscribes to {@code attack} or refuses, and
 * answers all else with nothing but closes.
 */
final class EventsOrigin implements AutoCloseable {
    private static final String SUBSCRIBE = "c:{\"type\":\"subscribe\",\"channel\":\"attack\"}";

    private final List<String> events = new CopyOnWriteArrayList<>();
    /** Whether to accept. */
    private final CompletableFuture<Boolean> decision = new CompletableFuture<>();

    private final RawOrigin origin = RawOrigin.start(this::serve);

    String address() {
        return origin.address();
    }

    void accept() {
        decision.complete(true);
    }

    void refuse() {
        decision.complete(false);
    }

    /** All so far: {@code TYPE} or {@code TYPE content}, of bytes as ISO-8859-1. */
    List<String> events() {
        return events;
    }

    private void serve(RawConnection connection) throws Exception {
        for (RawRequest request = connection.readRequest(); request != null; request = connection.readRequest()) {
            List<String> said = read(request.text());
            events.addAll(said);
            if (said.contains("OPEN") && !decision.get(30, TimeUnit.SECONDS)) {
                connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                continue;
            }
            String body = said.contains("OPEN")
                    ? "OPEN\r\nTEXT " + Integer.toHexString(SUBSCRIBE.length()) + "\r\n" + SUBSCRIBE + "\r\n"
                    : said.contains("CLOSE") ? "CLOSE\r\n" : "";
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/websocket-events\r\n"
                    + "Sec-WebSocket-Extensions: grip\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private static List<String> read(String body) {
        var events = new ArrayList<String>();
        for (int at = 0; at < body.length(); ) {
            int end = body.indexOf("\r\n", at);
            String[] line = body.substring(at, end).split(" ", 2);
            at = end + 2;
            if (line.length == 2) {
                int length = Integer.parseInt(line[1], 16);
                events.add((line[0] + " " + body.substring(at, at + length)).strip());
                at += length + 2;
            } else {
                events.add(line[0]);
            }
        }
        return events;
    }

    @Override
    public void close() {
        decision.complete(false);
        origin.close();
    }
}
