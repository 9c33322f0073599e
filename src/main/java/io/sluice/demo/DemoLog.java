package io.sluice.demo;

import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What the demo's backend would keep in a database: its last messages, numbered from 1. A position is the number of the last
 * message seen; 0 is before the first. One event loop.
 */
final class DemoLog {
    private static final int KEPT = 200;

    record Message(long id, String text, long sentMillis) {
        JsonObject json() {
            return new JsonObject().put("id", id).put("text", text).put("sent", sentMillis);
        }

        /** As a server-sent event; JSON has no line ends of its own, so one data line does. */
        String event() {
            return "id: " + id + "\nevent: message\ndata: " + json().encode() + "\n\n";
        }
    }

    private final Deque<Message> messages = new ArrayDeque<>();
    private long last;

    Message add(String text, long nowMillis) {
        var message = new Message(++last, text, nowMillis);
        messages.addLast(message);
        if (messages.size() > KEPT) {
            messages.removeFirst();
        }
        return message;
    }

    long last() {
        return last;
    }

    List<Message> after(long position) {
        return messages.stream().filter(message -> message.id() > position).toList();
    }
}
