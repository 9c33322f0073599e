package io.sluice.grip;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes publish items as JSON. */
final class PublishItemWriter {
    private PublishItemWriter() {}

    static JsonObject write(PublishItem item) {
        var json = new JsonObject().put("channel", item.channel());
        if (item.id() != null) {
            json.put("id", item.id());
        }
        if (item.prevId() != null) {
            json.put("prev-id", item.prevId());
        }
        if (item.noSeq()) {
            json.put("no-seq", true);
        }
        if (item.size() >= 0) {
            json.put("size", item.size());
        }
        if (!item.meta().isEmpty()) {
            var meta = new JsonObject();
            item.meta().forEach(meta::put);
            json.put("meta", meta);
        }
        if (item.priority() != Priority.NORMAL) {
            json.put("priority", item.priority().text());
        }
        return json.put("formats", formats(item));
    }

    private static JsonObject formats(PublishItem item) {
        var formats = new JsonObject();
        if (item.response() != null) {
            formats.put(PublishFormats.RESPONSE, response(item.response()));
        }
        if (item.stream() != null) {
            JsonObject stream = format(item.stream());
            if (item.stream().action() == Action.SEND) {
                bytes(stream, "content", item.stream().content());
            }
            formats.put(PublishFormats.STREAM, stream);
        }
        if (item.message() != null) {
            formats.put(PublishFormats.MESSAGE, message(item.message()));
        }
        return formats;
    }

    private static JsonObject response(Format.HttpResponse format) {
        JsonObject json = format(format);
        if (format.action() != Action.SEND) {
            return json;
        }
        json.put("code", format.code());
        if (!format.reason().isEmpty()) {
            json.put("reason", HeaderText.decode(format.reason()));
        }
        if (!format.headers().isEmpty()) {
            var headers = new JsonArray();
            for (Header line : format.headers()) {
                headers.add(new JsonArray().add(line.name()).add(HeaderText.decode(line.value())));
            }
            json.put("headers", headers);
        }
        if (format.body() != null) {
            bytes(json, "body", format.body());
        } else if (format.bodyPatch() != null) {
            json.put("body-patch", new JsonArray(format.bodyPatch()));
        }
        return json;
    }

    private static JsonObject message(Format.WsMessage format) {
        JsonObject json = format(format);
        if (format.action() == Action.SEND) {
            json.put("type", format.type().name().toLowerCase(Locale.ROOT));
            bytes(json, "content", format.content());
        } else if (format.action() == Action.CLOSE) {
            if (format.closeCode() >= 0) {
                json.put("code", format.closeCode());
            }
            if (!format.closeReason().isEmpty()) {
                json.put("reason", format.closeReason());
            }
        }
        return json;
    }

    private static JsonObject format(Format format) {
        var json = new JsonObject();
        if (format.action() != Action.SEND) {
            json.put("action", format.action().name().toLowerCase(Locale.ROOT));
        }
        List<String> filters = format.contentFilters();
        if (filters != null) {
            json.put("content-filters", new JsonArray(filters));
        }
        return json;
    }

    /** As text where it is UTF-8, else as base64. */
    private static void bytes(JsonObject json, String field, byte[] bytes) {
        String text = text(bytes);
        if (text != null) {
            json.put(field, text);
        } else {
            json.put(field + "-bin", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
