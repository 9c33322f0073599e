package io.sluice.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What the demo's backend would keep in a database: its last messages, numbered one after the other. A position is the number of the
 * last message seen. One event loop.
 */
final class DemoLog {
    private static final int KEPT = 200;
    private static final int MAX_TEXT = 500;

    /** The rule of {@link #accepts}, for who broke it. */
    static final String RULE = "A message has 1 to " + MAX_TEXT + " characters.";

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

    /** @param start the position before the first message: later than all positions of logs that others may remember */
    DemoLog(long start) {
        last = start;
    }

    static boolean accepts(String text) {
        return !text.isBlank() && text.strip().length() <= MAX_TEXT;
    }

    Message add(String text, long nowMillis) {
        var message = new Message(++last, text.strip(), nowMillis);
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

    /** As an answer to who asks for what is new: the messages, and the position behind them. */
    static JsonObject page(long last, List<Message> news) {
        var messages = new JsonArray();
        news.forEach(message -> messages.add(message.json()));
        return new JsonObject().put("last", last).put("messages", messages);
    }
}
