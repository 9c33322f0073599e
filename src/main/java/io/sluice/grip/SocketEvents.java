package io.sluice.grip;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The body of a WebSocket-over-HTTP request or response: events, each {@code TYPE CRLF} or {@code TYPE SP HEXLENGTH CRLF CONTENT
 * CRLF} (GRIP, WebSocket-over-HTTP). Pure; any thread.
 */
public final class SocketEvents {
    public static final String MEDIA_TYPE = "application/websocket-events";

    private static final String MALFORMED = "malformed websocket-events: ";

    private final byte[] body;
    private int at;

    private SocketEvents(byte[] body) {
        this.body = body;
    }

    /** Whether a Content-Type names this format; parameters do not matter. */
    public static boolean isMediaType(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE);
    }

    public static byte[] encode(List<SocketEvent> events) {
        int size = 0;
        for (SocketEvent event : events) {
            size += 24 + event.content().length;
        }
        var out = new ByteArrayOutputStream(size);
        for (SocketEvent event : events) {
            byte[] content = event.content();
            String line = event.type().name() + (content.length == 0 ? "" : " " + Integer.toHexString(content.length))
                    + "\r\n";
            out.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
            if (content.length > 0) {
                out.writeBytes(content);
                out.write('\r');
                out.write('\n');
            }
        }
        return out.toByteArray();
    }

    /**
     * The events, up to the first CLOSE or DISCONNECT; those of unknown types are left out.
     *
     * @throws GripException when the body is not of this format
     */
    public static List<SocketEvent> decode(byte[] body) throws GripException {
        return new SocketEvents(body).decode();
    }

    private List<SocketEvent> decode() throws GripException {
        var events = new ArrayList<SocketEvent>();
        while (at < body.length) {
            String line = line();
            int space = line.indexOf(' ');
            String name = space < 0 ? line : line.substring(0, space);
            byte[] content = space < 0 ? new byte[0] : content(line.substring(space + 1));
            SocketEvent.Type type = type(name);
            if (type == null) {
                continue;
            }
            check(type, content);
            events.add(new SocketEvent(type, content));
            if (type == SocketEvent.Type.CLOSE || type == SocketEvent.Type.DISCONNECT) {
                break;
            }
        }
        return events;
    }

    /** A frame must be able to carry it. */
    private static void check(SocketEvent.Type type, byte[] content) throws GripException {
        boolean control = type == SocketEvent.Type.PING || type == SocketEvent.Type.PONG;
        if (control && content.length > PublishFormats.MAX_CONTROL_BYTES) {
            throw new GripException(MALFORMED + "a " + type + " of more than 125 bytes");
        }
        if (type == SocketEvent.Type.TEXT && !Utf8.isValid(content)) {
            throw new GripException(MALFORMED + "a TEXT that is not UTF-8");
        }
    }

    private String line() throws GripException {
        for (int i = at; i + 1 < body.length; i++) {
            if (body[i] == '\r' && body[i + 1] == '\n') {
                String line = new String(body, at, i - at, StandardCharsets.ISO_8859_1);
                at = i + 2;
                return line;
            }
        }
        throw new GripException(MALFORMED + "an event's line has no end");
    }

    private byte[] content(String length) throws GripException {
        if (!length.matches("[0-9A-Fa-f]{1,8}")) {
            throw new GripException(MALFORMED + "an event's length is not hexadecimal");
        }
        long size = Long.parseLong(length, 16);
        if (size > body.length - at - 2L) {
            throw new GripException(MALFORMED + "an event's content is shorter than its length");
        }
        var content = new byte[(int) size];
        System.arraycopy(body, at, content, 0, content.length);
        at += content.length;
        if (body[at] != '\r' || body[at + 1] != '\n') {
            throw new GripException(MALFORMED + "an event's content does not end with CRLF");
        }
        at += 2;
        return content;
    }

    private static SocketEvent.@Nullable Type type(String name) throws GripException {
        for (SocketEvent.Type type : SocketEvent.Type.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        if (!HeaderText.isName(name)) {
            throw new GripException(MALFORMED + "an event without a type");
        }
        return null;
    }
}
