package io.sluice.cli;

import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.Headers;
import io.sluice.grip.PublishItem;
import io.sluice.grip.Reasons;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the options of {@code sluice publish} ask for. Rules and texts are those of {@code pushpin-publish}. */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way
record PublishRequest(
        String channel,
        byte @Nullable [] content,
        @Nullable String id,
        @Nullable String prevId,
        @Nullable String sender,
        String code,
        List<String> headers,
        List<String> metas,
        boolean hint,
        boolean close,
        boolean patch,
        boolean noSeq,
        boolean noEol) {
    private static final byte[] NOTHING = new byte[0];

    /** @throws IllegalArgumentException with the text for the user */
    PublishItem item() {
        if (hint && close) {
            throw new IllegalArgumentException("--hint and --close exclude each other");
        }
        if (content == null && !hint && !close) {
            throw new IllegalArgumentException("must specify content");
        }
        Action action = hint ? Action.HINT : close ? Action.CLOSE : Action.SEND;
        return new PublishItem(
                channel,
                id,
                prevId,
                noSeq,
                -1,
                meta(),
                close ? null : response(action),
                patch ? null : stream(action),
                patch || hint ? null : message(action));
    }

    private Map<String, String> meta() {
        var meta = new LinkedHashMap<String, String>();
        for (String pair : metas) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("meta must be NAME=VALUE, not '" + pair + "'");
            }
            meta.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        if (sender != null) {
            meta.put("sender", sender);
        }
        return Map.copyOf(meta);
    }

    private Format.HttpResponse response(Action action) {
        int status = status();
        byte[] body = action == Action.SEND && !patch ? withLineEnd() : null;
        return new Format.HttpResponse(
                action, status, Reasons.of(status), lines(), body, patch ? patchText() : null, null);
    }

    private Format.HttpStream stream(Action action) {
        return new Format.HttpStream(action, action == Action.SEND ? withLineEnd() : NOTHING, null);
    }

    private Format.WsMessage message(Action action) {
        byte[] text = action == Action.SEND && content != null ? content : NOTHING;
        return new Format.WsMessage(action, Format.WsMessage.Type.TEXT, text, -1, "", null);
    }

    private int status() {
        try {
            int status = Integer.parseInt(code);
            if (status >= 0 && status <= 999) {
                return status;
            }
        } catch (NumberFormatException e) {
            // Same text as for one out of range.
        }
        throw new IllegalArgumentException("code must be an integer between 0 and 999");
    }

    private Headers lines() {
        Headers lines = Headers.EMPTY;
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("header must be 'NAME: VALUE', not '" + header + "'");
            }
            lines = lines.with(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        return lines;
    }

    private byte[] withLineEnd() {
        byte[] bytes = content == null ? NOTHING : content;
        if (noEol) {
            return bytes;
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = '\n';
        return longer;
    }

    private String patchText() {
        try {
            return new JsonArray(new String(content == null ? NOTHING : content, StandardCharsets.UTF_8)).encode();
        } catch (DecodeException e) {
            throw new IllegalArgumentException("patch content must be a JSON array", e);
        }
    }
}
