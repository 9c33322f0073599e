package io.sluice.demo;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One event of WebSocket-over-HTTP: something that happened to a WebSocket, or is to happen. In a body it is a line
 * {@code TYPE}, or a line {@code TYPE LENGTH} (hexadecimal) and then the content and another CRLF.
 *
 * @param type OPEN, TEXT, BINARY, PING, PONG, CLOSE or DISCONNECT; there may be others some day
 * @param content of TEXT and the like: the whole message
 */
record DemoEvent(String type, Buffer content) {
    static final String MEDIA_TYPE = "application/websocket-events";

    private static final byte[] CRLF = {'\r', '\n'};

    static DemoEvent of(String type) {
        return new DemoEvent(type, Buffer.buffer());
    }

    static DemoEvent text(String text) {
        return new DemoEvent("TEXT", Buffer.buffer(text));
    }

    static Buffer encode(List<DemoEvent> events) {
        Buffer body = Buffer.buffer();
        for (DemoEvent event : events) {
            body.appendString(event.type);
            if (event.content.length() > 0) {
                body.appendString(" " + Integer.toHexString(event.content.length()))
                        .appendBytes(CRLF)
                        .appendBuffer(event.content);
            }
            body.appendBytes(CRLF);
        }
        return body;
    }

    /** @throws IllegalArgumentException when the body breaks a rule; its message is the rule */
    static List<DemoEvent> decode(Buffer body) {
        var events = new ArrayList<DemoEvent>();
        for (int at = 0; at < body.length(); ) {
            int end = lineEnd(body, at);
            String[] line =
                    body.getString(at, end, StandardCharsets.ISO_8859_1.name()).split(" ", 2);
            rule(line[0].matches("[A-Z]+"), "An event begins with its type, in capital letters.");
            at = end + CRLF.length;
            Buffer content = Buffer.buffer();
            if (line.length == 2) {
                rule(line[1].matches("[0-9A-Fa-f]{1,7}"), "The length of an event's content is hexadecimal.");
                int length = Integer.parseInt(line[1], 16);
                rule(isLineEnd(body, at + length), "An event's content is as long as its line says, and CRLF follows.");
                content = body.getBuffer(at, at + length);
                at += length + CRLF.length;
            }
            rule(!line[0].equals("OPEN") || events.isEmpty(), "OPEN is the first event.");
            rule(!line[0].equals("CLOSE") || content.length() != 1, "A CLOSE has no code, or one of two bytes.");
            events.add(new DemoEvent(line[0], content));
        }
        return events;
    }

    private static int lineEnd(Buffer body, int from) {
        for (int i = from; i < body.length(); i++) {
            if (isLineEnd(body, i)) {
                return i;
            }
        }
        throw new IllegalArgumentException("A line ends with CRLF.");
    }

    private static boolean isLineEnd(Buffer body, int at) {
        return at + 1 < body.length() && body.getByte(at) == '\r' && body.getByte(at + 1) == '\n';
    }

    private static void rule(boolean kept, String rule) {
        if (!kept) {
            throw new IllegalArgumentException(rule);
        }
    }
}
