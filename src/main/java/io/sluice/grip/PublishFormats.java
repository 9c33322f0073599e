package io.sluice.grip;

import io.sluice.grip.Format.WsMessage;
import io.vertx.core.json.JsonArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the formats of a publish item. */
final class PublishFormats {
    static final String RESPONSE = "http-response";
    static final String STREAM = "http-stream";
    static final String MESSAGE = "ws-message";

    private static final int NO_CODE = -1;
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
                patch == null ? null : patch.encode(),
                filters);
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
            int code = fields.integer("code", 0, 65535, NO_CODE);
            String reason = fields.string("reason");
            return new WsMessage(action, WsMessage.Type.TEXT, NOTHING, code, reason == null ? "" : reason, null);
        }
        if (action != Action.SEND) {
            return new WsMessage(action, WsMessage.Type.TEXT, NOTHING, NO_CODE, "", null);
        }
        WsMessage.Type type = type(fields);
        List<String> filters = contentFilters(fields);
        boolean mayBeEmpty = type == WsMessage.Type.PING || type == WsMessage.Type.PONG;
        byte[] content = mayBeEmpty && !fields.has("content") && !fields.has("content-bin") ? NOTHING : content(fields);
        if (type == null) {
            type = fields.has("content-bin") ? WsMessage.Type.BINARY : WsMessage.Type.TEXT;
        }
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

    private static WsMessage.@Nullable Type type(JsonFields fields) throws GripException {
        String type = fields.string("type");
        if (type == null) {
            return null;
        }
        return switch (type) {
            case "text" -> WsMessage.Type.TEXT;
            case "binary" -> WsMessage.Type.BINARY;
            case "ping" -> WsMessage.Type.PING;
            case "pong" -> WsMessage.Type.PONG;
            default -> throw new GripException(fields.name() + " contains 'type' with unknown value");
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
