package io.sluice.grip;

import io.sluice.grip.Format.WsMessage;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an origin says to the proxy in the middle of a WebSocket (GRIP, control messages). */
public sealed interface ControlMessage {
    /**
     * @param channel its position ({@code prev-id}) is an extension of Sluice: the channel is reliable then. Too many filters are
     *     for the session to refuse
     */
    record Subscribe(ChannelSpec channel) implements ControlMessage {}

    /** @param channel without the route's prefix */
    record Unsubscribe(String channel) implements ControlMessage {}

    /** The origin leaves; the client stays. */
    record Detach() implements ControlMessage {}

    /** @param id empty for none */
    record Session(String id) implements ControlMessage {}

    /** @param value null to remove it */
    record SetMeta(String name, @Nullable String value) implements ControlMessage {}

    /** @param keepAlive null to stop */
    record SetKeepAlive(@Nullable KeepAlive keepAlive, WsMessage.Type type) implements ControlMessage {}

    /** Send later, unless something else like it comes first. */
    @SuppressWarnings("ArrayRecordComponent")
    record SendDelayed(WsMessage.Type type, byte[] content, int timeoutSeconds) implements ControlMessage {}

    record FlushDelayed() implements ControlMessage {}

    /** At most so many filters may a channel have. */
    int MAX_FILTERS = InstructionDraft.MAX_FILTERS;

    /**
     * @param json the message without its {@code c:}
     * @throws GripException when it is malformed, or of an unknown type; the text says what is wrong
     */
    static ControlMessage parse(byte[] json) throws GripException {
        if (!(JsonText.parse(json, "not valid json") instanceof JsonObject object)) {
            throw new GripException("not an object");
        }
        return parse(new JsonFields(object, "control message"));
    }

    private static ControlMessage parse(JsonFields fields) throws GripException {
        String type = fields.requiredString("type");
        return switch (type) {
            case "subscribe" -> new Subscribe(channel(fields));
            case "unsubscribe" -> new Unsubscribe(fields.requiredToken("channel"));
            case "detach" -> new Detach();
            case "session" -> new Session(orEmpty(fields.string("id")));
            case "set-meta" -> new SetMeta(fields.requiredToken("name"), fields.string("value"));
            case "keep-alive" -> keepAlive(fields);
            case "send-delayed" -> sendDelayed(fields);
            case "flush-delayed" -> new FlushDelayed();
            default -> throw new GripException("unknown type '" + type + "'");
        };
    }

    private static ChannelSpec channel(JsonFields fields) throws GripException {
        List<String> filters = fields.stringList("filters", "filters contains value with wrong type");
        return new ChannelSpec(
                fields.requiredToken("channel"), fields.token("prev-id"), filters == null ? List.of() : filters);
    }

    private static ControlMessage keepAlive(JsonFields fields) throws GripException {
        WsMessage.Type type = PublishFormats.messageType(fields, "message-type");
        byte[] content = content(fields, type);
        int seconds = fields.integer("timeout", 0, Integer.MAX_VALUE, KeepAliveHeader.DEFAULT_TIMEOUT_SECONDS);
        KeepAlive.Mode mode = KeepAliveHeader.mode(fields.string("mode"), "keep-alive");
        return new SetKeepAlive(
                content == null
                        ? null
                        : new KeepAlive(content, Math.max(seconds, KeepAliveHeader.MIN_TIMEOUT_SECONDS), mode),
                orText(type));
    }

    private static ControlMessage sendDelayed(JsonFields fields) throws GripException {
        WsMessage.Type type = PublishFormats.messageType(fields, "message-type");
        byte[] content = content(fields, type);
        if (content == null) {
            throw new GripException(fields.name() + " does not contain 'content' or 'content-bin'");
        }
        return new SendDelayed(orText(type), content, fields.integer("timeout", 0, Integer.MAX_VALUE, 1));
    }

    /** The same limits as of published messages. */
    private static byte @Nullable [] content(JsonFields fields, WsMessage.@Nullable Type type) throws GripException {
        byte[] content = InstructionBody.bytes(fields, "content");
        if (content != null) {
            PublishFormats.checkMessage(fields, orText(type), content);
        }
        return content;
    }

    private static WsMessage.Type orText(WsMessage.@Nullable Type type) {
        return type == null ? WsMessage.Type.TEXT : type;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
