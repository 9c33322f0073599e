package io.sluice.protocol;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** An event of WebSocket-over-HTTP, read and written here without the product's code, which is what is tested. */
@SuppressWarnings("ArrayRecordComponent") // bytes of a test
record WsEvent(String type, byte[] content) {
    static final WsEvent OPEN = new WsEvent("OPEN", new byte[0]);
    static final WsEvent DISCONNECT = new WsEvent("DISCONNECT", new byte[0]);
    static final WsEvent CLOSE = new WsEvent("CLOSE", new byte[0]);

    static WsEvent of(String type, String content) {
        return new WsEvent(type, content.getBytes(StandardCharsets.UTF_8));
    }

    static WsEvent text(String content) {
        return of("TEXT", content);
    }

    static WsEvent binary(byte... content) {
        return new WsEvent("BINARY", content);
    }

    static WsEvent close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuffer content =
                ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text);
        return new WsEvent("CLOSE", content.array());
    }

    /** A control message: a text that the gateway takes for itself. */
    static WsEvent control(String type, String... namesAndValues) {
        var json = new JsonObject().put("type", type);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return control(json);
    }

    static WsEvent control(JsonObject message) {
        return text("c:" + message.encode());
    }

    static WsEvent subscribe(String channel) {
        return control("subscribe", "channel", channel);
    }

    static byte[] encode(WsEvent... events) {
        var body = new ByteArrayOutputStream();
        for (WsEvent event : events) {
            String length = event.content.length == 0 ? "" : " " + Integer.toHexString(event.content.length);
            body.writeBytes((event.type + length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            if (event.content.length > 0) {
                body.writeBytes(event.content);
                body.writeBytes(new byte[] {'\r', '\n'});
            }
        }
        return body.toByteArray();
    }

    /** What is malformed fails the test. */
    static List<WsEvent> decode(byte[] body) {
        var events = new ArrayList<WsEvent>();
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf("\r\n", at);
            if (end < 0) {
                throw new AssertionError("unfinished event: " + text);
            }
            String[] line = text.substring(at, end).split(" ", 2);
            at = end + 2;
            byte[] content = new byte[0];
            if (line.length == 2) {
                int length = Integer.parseInt(line[1], 16);
                content = Arrays.copyOfRange(body, at, at + length);
                at += length;
                if (!text.startsWith("\r\n", at)) {
                    throw new AssertionError("no line end after the content: " + text);
                }
                at += 2;
            }
            events.add(new WsEvent(line[0], content));
        }
        return events;
    }

    /** As transcripts have it: {@code TEXT hello}, {@code BINARY 00ff}, {@code CLOSE 1000 bye}. */
    @Override
    public String toString() {
        if (content.length == 0) {
            return type;
        }
        return type + " "
                + switch (type.toUpperCase(Locale.ROOT)) {
                    case "BINARY" -> HexFormat.of().formatHex(content);
                    case "CLOSE" ->
                        (Short.toUnsignedInt(ByteBuffer.wrap(content).getShort()) + " "
                                        + new String(content, 2, content.length - 2, StandardCharsets.UTF_8))
                                .strip();
                    default -> new String(content, StandardCharsets.UTF_8);
                };
    }
}
