package io.sluice.grip;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Publish items as JSON (GRIP, publish API). Pure; any thread.
 *
 * <p>Stricter than Pushpin in this: control characters in channel names and ids, in header lines and in reasons are refused,
 * and an empty channel name. An empty id is no id.
 */
public final class PublishItems {
    /** Of a channel's name and of an id, in UTF-8: both are kept and sent about with each item. */
    public static final int MAX_NAME_BYTES = 1024;

    private static final String ITEM = "publish item object";

    private PublishItems() {}

    /**
     * The body of a publish request: {@code {"items": […]}}. One bad item refuses them all.
     *
     * @throws GripException with the whole text of the control API's answer
     */
    public static List<PublishItem> parse(byte[] body) throws GripException {
        if (JsonText.parse(body, "Body is not valid JSON.") instanceof JsonObject object) {
            return parse(object);
        }
        throw new GripException("Invalid format.");
    }

    /** As {@link #parse(byte[])}, of JSON read already. */
    public static List<PublishItem> parse(JsonObject body) throws GripException {
        if (!body.containsKey("items")) {
            throw new GripException("Invalid format: object does not contain 'items'");
        }
        if (!(body.getValue("items") instanceof JsonArray list)) {
            throw new GripException("Invalid format: object contains 'items' with wrong type");
        }
        var items = new ArrayList<PublishItem>(list.size());
        try {
            for (int i = 0; i < list.size(); i++) {
                items.add(parse(JsonFields.of(list.getValue(i), ITEM), null));
            }
        } catch (GripException e) {
            throw new GripException("Invalid format: " + e.text());
        }
        return items;
    }

    /**
     * One item.
     *
     * @throws GripException with the bare text, such as {@code no formats specified}
     */
    public static PublishItem parseItem(JsonObject item) throws GripException {
        return parse(new JsonFields(item, ITEM), null);
    }

    /** As {@link #parseItem(JsonObject)}, for a channel known from elsewhere; the item need not name one. */
    public static PublishItem parseItem(JsonObject item, String channel) throws GripException {
        return parse(new JsonFields(item, ITEM), channel);
    }

    /**
     * One item as a ZeroMQ message: {@code T} and a tnetstring, {@code J} and JSON, or a tnetstring alone (GRIP, ZeroMQ).
     *
     * @param channel where it is known from elsewhere; null when the item must name it
     * @throws GripException with the bare text
     */
    public static PublishItem parseMessage(byte[] message, @Nullable String channel) throws GripException {
        int form = message.length == 0 ? 0 : message[0];
        JsonFields item;
        if (form == 'J') {
            byte[] json = Arrays.copyOfRange(message, 1, message.length);
            item = JsonFields.of(JsonText.parse(json, "not valid JSON"), ITEM);
        } else {
            Object value = Tnetstring.decode(message, form == 'T' ? 1 : 0);
            if (!(value instanceof Map)) {
                throw new GripException(ITEM + " is not an object");
            }
            item = new JsonFields(Tnetstring.map(value), ITEM);
        }
        return parse(item, channel);
    }

    /** @throws GripException with the bare text, if nothing can be published on a channel of that name */
    public static void checkChannel(String name) throws GripException {
        var fields = new JsonFields(new JsonObject().put("channel", name), "object");
        name(fields.requiredToken("channel"), fields, "channel");
    }

    /** The item as JSON, such that {@link #parseItem(JsonObject)} reads it back. */
    public static JsonObject toJson(PublishItem item) {
        return PublishItemWriter.write(item);
    }

    private static PublishItem parse(JsonFields item, @Nullable String topic) throws GripException {
        String channel = name(topic != null ? topic : item.requiredToken("channel"), item, "channel");
        String id = item.token("id");
        String prevId = item.token("prev-id");
        if (id != null) {
            name(id, item, "id");
        }
        if (prevId != null) {
            name(prevId, item, "prev-id");
        }
        JsonObject given = item.object("formats");
        JsonFields formats = given == null ? item : new JsonFields(given, "formats");
        if (given == null ? !hasFormat(item) : given.isEmpty()) {
            throw new GripException("no formats specified");
        }
        Format.HttpResponse response = formats.has(PublishFormats.RESPONSE) ? PublishFormats.response(formats) : null;
        Format.HttpStream stream = formats.has(PublishFormats.STREAM) ? PublishFormats.stream(formats) : null;
        Format.WsMessage message = formats.has(PublishFormats.MESSAGE) ? PublishFormats.message(formats) : null;
        var meta = item.strings("meta");
        int size = item.integer("size", 0, Integer.MAX_VALUE, -1);
        boolean noSeq = item.bool("no-seq");
        String level = item.token("priority");
        Priority priority = level == null ? Priority.NORMAL : Priority.parse(level);
        return new PublishItem(channel, id, prevId, noSeq, size, meta, response, stream, message, priority);
    }

    private static String name(String text, JsonFields item, String field) throws GripException {
        if (text.length() > MAX_NAME_BYTES / 3 && text.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw item.invalid(field);
        }
        return text;
    }

    /** The formats may stand in the item itself: the form before there were several. */
    private static boolean hasFormat(JsonFields item) {
        return item.has(PublishFormats.RESPONSE) || item.has(PublishFormats.STREAM) || item.has(PublishFormats.MESSAGE);
    }
}
