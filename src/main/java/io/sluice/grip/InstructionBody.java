package io.sluice.grip;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an {@code application/grip-instruct} body into a draft, over what the headers said. */
final class InstructionBody {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private InstructionBody() {}

    static void read(int originStatus, byte[] body, InstructionDraft draft) throws GripException {
        if (originStatus != 200) {
            throw new GripException("response code for application/grip-instruct content must be 200");
        }
        Object parsed = JsonText.parse(body, "failed to parse application/grip-instruct content as JSON");
        if (!(parsed instanceof JsonObject object)) {
            throw new GripException("instruct must be an object");
        }
        var instruct = new JsonFields(object, "instruct");
        JsonObject hold = instruct.object("hold");
        if (hold != null) {
            hold(new JsonFields(hold, "hold"), draft);
        }
        draft.headers = Headers.EMPTY;
        draft.body = new byte[0];
        JsonObject response = instruct.object("response");
        if (response != null) {
            response(new JsonFields(response, "response"), draft);
        }
    }

    private static void hold(JsonFields hold, InstructionDraft draft) throws GripException {
        String mode = hold.string("mode");
        draft.hold = switch (mode == null ? "response" : mode) {
            case "response" -> HoldMode.RESPONSE;
            case "stream" -> HoldMode.STREAM;
            default -> throw new GripException("hold 'mode' must be set to either 'response' or 'stream'");
        };
        JsonArray channels = hold.list("channels");
        if (channels == null) {
            throw new GripException("hold does not contain 'channels'");
        }
        for (int i = 0; i < channels.size(); i++) {
            JsonFields channel = JsonFields.of(channels.getValue(i), "channel");
            String name = channel.requiredToken("name");
            String prevId = channel.token("prev-id");
            List<String> filters = channel.stringList("filters", "filters contains value with wrong type");
            draft.channel(name, prevId, filters == null ? List.of() : filters);
        }
        draft.timeoutSeconds = hold.integer("timeout", 0, NO_LIMIT, draft.timeoutSeconds);
        JsonObject keepAlive = hold.object("keep-alive");
        if (keepAlive != null) {
            draft.keepAlive = keepAlive(new JsonFields(keepAlive, "keep-alive"), draft.keepAlive);
        }
        hold.strings("meta").forEach(draft::meta);
    }

    /** Without content of its own it keeps that of the header; null when there is none at all. */
    private static @Nullable KeepAlive keepAlive(JsonFields fields, @Nullable KeepAlive header) throws GripException {
        byte[] content = bytes(fields, "content");
        int timeoutSeconds = fields.integer("timeout", 0, NO_LIMIT, KeepAliveHeader.DEFAULT_TIMEOUT_SECONDS);
        KeepAlive.Mode mode = KeepAliveHeader.mode(fields.string("mode"), "keep-alive");
        if (content == null && header != null) {
            content = header.content();
        }
        return content == null || content.length == 0
                ? null
                : new KeepAlive(content, Math.max(timeoutSeconds, KeepAliveHeader.MIN_TIMEOUT_SECONDS), mode);
    }

    private static void response(JsonFields response, InstructionDraft draft) throws GripException {
        if (response.has("code")) {
            draft.status = response.integer("code", 0, 999, 200);
            draft.reason = "";
        }
        String reason = reason(response);
        if (!reason.isEmpty()) {
            draft.reason = reason;
        }
        draft.headers = JsonHeaders.parse(response);
        byte[] body = bytes(response, "body");
        if (body != null) {
            draft.body = body;
        }
    }

    /** The field {@code reason}; empty when there is none. It stands in the status line: controls are refused. */
    static String reason(JsonFields fields) throws GripException {
        String reason = fields.string("reason");
        String wire = reason == null ? "" : HeaderText.encode(reason);
        if (!HeaderText.isValue(wire)) {
            throw fields.invalid("reason");
        }
        return wire;
    }

    /** The field, or before it its binary form, base64 in JSON and as it is in a tnetstring; null when there is neither. */
    static byte @Nullable [] bytes(JsonFields fields, String field) throws GripException {
        if (fields.json().getValue(field + "-bin") instanceof RawBytes raw) {
            return raw.bytes();
        }
        String base64 = fields.string(field + "-bin");
        if (base64 != null) {
            return LenientBase64.decode(base64);
        }
        if (fields.json().getValue(field) instanceof RawBytes raw) {
            return raw.bytes();
        }
        String text = fields.string(field);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
