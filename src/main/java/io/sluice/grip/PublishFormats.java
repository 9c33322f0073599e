package io.sluice.grip;

import io.sluice.grip.Format.WsMessage;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the formats of a publish item. */
final class PublishFormats {
    static final String RESPONSE = "http-response";
    static final String STREAM = "http-stream";
    static final String MESSAGE = "ws-message";

    private static final int NO_CODE = SocketClose.NO_CODE;
    static final int MAX_CONTROL_BYTES = 125;
    private static final byte[] NOTHING = {};

    private PublishFormats() {}

    static Format.HttpResponse response(JsonFields formats) throws GripException {
        JsonFields fields = fields(formats, RESPONSE);
        Action action = action(fields);
        if (action != Action.SEND) {
            return new Format.HttpResponse(action, 200, Reasons.of(200), Headers.EMPTY, null, null, null);
        }
        int code = fields.integer("code", 0, 999, 200);
        String reason = InstructionBody.reason(fields);
        Headers headers = JsonHeaders.parse(fields);
        List<String> filters = contentFilters(fields);
        byte[] body = InstructionBody.bytes(fields, "body");
        JsonArray patch = body == null ? fields.list("body-patch") : null;
        if (body == null && patch == null) {
            throw new GripException(fields.name() + " does not contain 'body', 'body-bin', or 'body-patch'");
        }
        return new Format.HttpResponse(
                action,
                code,
                reason.isEmpty() ? Reasons.of(code) : reason,
                headers,
                body,
                patch == null ? null : encoded(patch, fields),
                filters);
    }

    private static String encoded(JsonArray patch, JsonFields fields) throws GripException {
        try {
            return patch.encode();
        } catch (EncodeException bytesInIt) {
            throw fields.invalid("body-patch"); // a tnetstring may hold what JSON can't
        }
    }

    static Format.HttpStream stream(JsonFields formats) throws GripException {
        JsonFields fields = fields(formats, STREAM);
        Action action = action(fields);
        if (action != Action.SEND) {
            return new Format.HttpStream(action, NOTHING, null);
        }
        List<String> filters = contentFilters(fields);
        return new Format.HttpStream(action, content(fields), filters);
    }

    static WsMessage message(JsonFields formats) throws GripException {
        JsonFields fields = fields(formats, MESSAGE);
        Action action = action(fields);
        if (action == Action.CLOSE) {
            return close(fields);
        }
        if (action != Action.SEND) {
            return new WsMessage(action, WsMessage.Type.TEXT, NOTHING, NO_CODE, "", null);
        }
        WsMessage.Type type = messageType(fields, "type");
        List<String> filters = contentFilters(fields);
        boolean mayBeEmpty = type == WsMessage.Type.PING || type == WsMessage.Type.PONG;
        byte[] content = mayBeEmpty && !fields.has("content") && !fields.has("content-bin") ? NOTHING : content(fields);
        if (type == null) {
            type = fields.has("content-bin") ? WsMessage.Type.BINARY : WsMessage.Type.TEXT;
        }
        checkMessage(fields, type, content);
        return new WsMessage(action, type, content, NO_CODE, "", filters);
    }

    private static JsonFields fields(JsonFields formats, String format) throws GripException {
        return JsonFields.of(formats.json().getValue(format), "'" + format + "'");
    }

    private static Action action(JsonFields fields) throws GripException {
        String action = fields.string("action");
        return switch (action == null ? "send" : action) {
            case "send" -> Action.SEND;
            case "hint" -> Action.HINT;
            case "close" -> Action.CLOSE;
            case "refresh" -> Action.REFRESH;
            default -> throw new GripException(fields.name() + " contains 'action' with unknown value");
        };
    }

    private static WsMessage close(JsonFields fields) throws GripException {
        int code = fields.integer("code", 0, 65535, SocketClose.NO_CODE);
        if (code != SocketClose.NO_CODE && !SocketClose.mayBeSent(code)) {
            throw fields.invalid("code");
        }
        String given = fields.string("reason");
        String reason = given == null ? "" : given;
        if (reason.getBytes(StandardCharsets.UTF_8).length > SocketClose.MAX_REASON_BYTES) {
            throw fields.invalid("reason");
        }
        return new WsMessage(Action.CLOSE, WsMessage.Type.TEXT, NOTHING, code, reason, null);
    }

    /** A frame must be able to carry it: text is UTF-8, and control frames are small (RFC 6455, 5.5 and 8.1). */
    static void checkMessage(JsonFields fields, WsMessage.Type type, byte[] content) throws GripException {
        boolean control = type == WsMessage.Type.PING || type == WsMessage.Type.PONG;
        if ((control && content.length > MAX_CONTROL_BYTES)
                || (type == WsMessage.Type.TEXT && isBinary(fields) && !Utf8.isValid(content))) {
            throw fields.invalid(fields.has("content-bin") ? "content-bin" : "content");
        }
    }

    private static boolean isBinary(JsonFields fields) {
        return fields.has("content-bin") || fields.json().getValue("content") instanceof RawBytes;
    }

    /** Null when the field is absent. */
    static WsMessage.@Nullable Type messageType(JsonFields fields, String field) throws GripException {
        String type = fields.string(field);
        if (type == null) {
            return null;
        }
        return switch (type) {
            case "text" -> WsMessage.Type.TEXT;
            case "binary" -> WsMessage.Type.BINARY;
            case "ping" -> WsMessage.Type.PING;
            case "pong" -> WsMessage.Type.PONG;
            default -> throw new GripException(fields.name() + " contains '" + field + "' with unknown value");
        };
    }

    private static byte[] content(JsonFields fields) throws GripException {
        byte[] content = InstructionBody.bytes(fields, "content");
        if (content == null) {
            throw new GripException(fields.name() + " does not contain 'content' or 'content-bin'");
        }
        return content;
    }

    private static @Nullable List<String> contentFilters(JsonFields fields) throws GripException {
        return fields.stringList("content-filters", "content-filters contains element with wrong type");
    }
}
