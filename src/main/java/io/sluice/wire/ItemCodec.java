package io.sluice.wire;

import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.grip.Priority;
import io.sluice.grip.PublishItem;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A publish item as bytes, between nodes. Pure. Enum constants travel by number: append new ones at the end. */
public final class ItemCodec {
    private static final int NO_SEQ = 1;
    private static final int RESPONSE = 2;
    private static final int STREAM = 4;
    private static final int MESSAGE = 8;
    private static final int LOW = 16;
    private static final int HIGH = 32;
    private static final Action[] ACTIONS = Action.values();
    private static final Format.WsMessage.Type[] TYPES = Format.WsMessage.Type.values();

    private ItemCodec() {}

    public static void write(WireOut out, PublishItem item) {
        out.octet((item.noSeq() ? NO_SEQ : 0)
                | (item.response() == null ? 0 : RESPONSE)
                | (item.stream() == null ? 0 : STREAM)
                | (item.message() == null ? 0 : MESSAGE)
                | (item.priority() == Priority.LOW ? LOW : 0)
                | (item.priority() == Priority.HIGH ? HIGH : 0));
        out.string(item.channel());
        out.optionalString(item.id());
        out.optionalString(item.prevId());
        out.number(item.size());
        out.stringMap(item.meta());
        if (item.response() != null) {
            writeResponse(out, item.response());
        }
        if (item.stream() != null) {
            writeStream(out, item.stream());
        }
        if (item.message() != null) {
            writeMessage(out, item.message());
        }
    }

    /** @throws WireException if the bytes are not an item */
    public static PublishItem read(WireIn in) {
        int flags = in.octet();
        if (flags > 63 || (flags & (LOW | HIGH)) == (LOW | HIGH)) {
            throw new WireException("unknown flags: " + flags);
        }
        String channel = in.string();
        String id = in.optionalString();
        String prevId = in.optionalString();
        int size = in.integer();
        Map<String, String> meta = in.stringMap();
        Format.HttpResponse response = (flags & RESPONSE) == 0 ? null : readResponse(in);
        Format.HttpStream stream = (flags & STREAM) == 0 ? null : readStream(in);
        Format.WsMessage message = (flags & MESSAGE) == 0 ? null : readMessage(in);
        return new PublishItem(
                channel, id, prevId, (flags & NO_SEQ) != 0, size, meta, response, stream, message, priority(flags));
    }

    private static Priority priority(int flags) {
        return (flags & LOW) != 0 ? Priority.LOW : (flags & HIGH) != 0 ? Priority.HIGH : Priority.NORMAL;
    }

    /** The item alone, to be kept; {@link #read(byte[])} reads it. */
    public static byte[] bytes(PublishItem item) {
        Buffer buffer = Buffer.buffer(sizeHint(item));
        write(new WireOut(buffer), item);
        return buffer.getBytes();
    }

    /** @throws WireException if the bytes are not an item */
    public static PublishItem read(byte[] bytes) {
        return read(new WireIn(Buffer.buffer(bytes), 0));
    }

    public static void writePosition(WireOut out, Position position) {
        out.fixed64(position.epoch());
        out.number(position.sequence());
    }

    public static Position readPosition(WireIn in) {
        return new Position(in.fixed64(), in.number());
    }

    /** About how many bytes the item takes; for packing, cheap, never less than its contents. */
    public static int sizeHint(PublishItem item) {
        int size = 64 + 3 * (item.channel().length() + length(item.id()) + length(item.prevId()));
        for (Map.Entry<String, String> entry : item.meta().entrySet()) {
            size += 8 + 3 * (entry.getKey().length() + entry.getValue().length());
        }
        if (item.stream() != null) {
            size += item.stream().content().length;
        }
        if (item.message() != null) {
            size += item.message().content().length;
        }
        Format.HttpResponse response = item.response();
        if (response != null) {
            size += response.body() == null ? 0 : response.body().length;
            size += response.bodyPatch() == null ? 0 : 3 * response.bodyPatch().length();
            for (Header header : response.headers()) {
                size += 8 + 3 * (header.name().length() + header.value().length());
            }
        }
        return size;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static void writeResponse(WireOut out, Format.HttpResponse response) {
        out.octet(response.action().ordinal());
        out.number(response.code());
        out.string(response.reason());
        out.list(response.headers().lines(), (to, header) -> {
            to.string(header.name());
            to.string(header.value());
        });
        out.optionalBytes(response.body());
        out.optionalString(response.bodyPatch());
        writeFilters(out, response.contentFilters());
    }

    private static Format.HttpResponse readResponse(WireIn in) {
        return new Format.HttpResponse(
                in.constant(ACTIONS),
                in.integer(),
                in.string(),
                Headers.copyOf(in.list(from -> new Header(from.string(), from.string()))),
                in.optionalBytes(),
                in.optionalString(),
                readFilters(in));
    }

    private static void writeStream(WireOut out, Format.HttpStream stream) {
        out.octet(stream.action().ordinal());
        out.bytes(stream.content());
        writeFilters(out, stream.contentFilters());
    }

    private static Format.HttpStream readStream(WireIn in) {
        return new Format.HttpStream(in.constant(ACTIONS), in.bytes(), readFilters(in));
    }

    private static void writeMessage(WireOut out, Format.WsMessage message) {
        out.octet(message.action().ordinal());
        out.octet(message.type().ordinal());
        out.bytes(message.content());
        out.number(message.closeCode());
        out.string(message.closeReason());
        writeFilters(out, message.contentFilters());
    }

    private static Format.WsMessage readMessage(WireIn in) {
        return new Format.WsMessage(
                in.constant(ACTIONS), in.constant(TYPES), in.bytes(), in.integer(), in.string(), readFilters(in));
    }

    private static void writeFilters(WireOut out, @Nullable List<String> filters) {
        out.bool(filters != null);
        if (filters != null) {
            out.list(filters, WireOut::string);
        }
    }

    private static @Nullable List<String> readFilters(WireIn in) {
        return in.bool() ? in.list(WireIn::string) : null;
    }
}
