package io.sluice.observe;

import io.sluice.channel.Position;
import io.sluice.fanout.Subscriber;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.trace.LoopTrace;
import io.sluice.wire.EncodedItem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows a channel's items to one who looks; more than he can read are only counted. */
final class ChannelTail implements Subscriber {
    static final int ITEMS_PER_SECOND = 50;
    private static final int SHOWN_BYTES = 4000;
    private static final long SECOND = 1000;

    private final EventFeed feed;
    private final LoopTrace trace;
    private final LongSupplier wallMillis;
    private @Nullable Position last;
    private long second;
    private int inSecond;
    private long skipped;

    ChannelTail(EventFeed feed, LoopTrace trace, LongSupplier wallMillis) {
        this.feed = feed;
        this.trace = trace;
        this.wallMillis = wallMillis;
    }

    /** The subscription stands, or can't be confirmed for now. */
    void subscribed(boolean confirmed, @Nullable String lastId) {
        feed.send(new JsonObject().put("subscribed", confirmed).put("lastId", lastId));
    }

    @Override
    public void deliver(String channel, EncodedItem encoded) {
        trace.written();
        if (encoded.position().equals(last)) {
            // Once for each kind of subscription.
            return;
        }
        last = encoded.position();
        long now = wallMillis.getAsLong();
        if (now / SECOND != second) {
            second = now / SECOND;
            inSecond = 0;
        }
        if (++inSecond > ITEMS_PER_SECOND || feed.full()) {
            skipped++;
            return;
        }
        feed.send(json(encoded.item(), now)
                .put("sequence", encoded.position().sequence())
                .put("skipped", skipped));
        skipped = 0;
    }

    private static JsonObject json(PublishItem item, long now) {
        var formats = new JsonArray();
        byte[] shown = null;
        Format.HttpResponse response = item.response();
        if (response != null) {
            formats.add("http-response" + asks(response));
            shown = response.body();
        }
        Format.WsMessage message = item.message();
        if (message != null) {
            formats.add("ws-message" + asks(message));
            shown = message.content();
        }
        Format.HttpStream stream = item.stream();
        if (stream != null) {
            formats.add("http-stream" + asks(stream));
            shown = stream.content();
        }
        var json = new JsonObject()
                .put("at", now)
                .put("id", item.id())
                .put("prevId", item.prevId())
                .put("formats", formats)
                .put("meta", meta(item));
        return shown == null ? json : json.put("bytes", shown.length).put("text", text(shown));
    }

    private static JsonObject meta(PublishItem item) {
        var meta = new JsonObject();
        item.meta().forEach(meta::put);
        return meta;
    }

    private static String asks(Format format) {
        return format.action() == Action.SEND
                ? ""
                : ":" + format.action().name().toLowerCase(Locale.ROOT);
    }

    /** The content, or its beginning; bytes that are no text are shown as numbers. */
    private static String text(byte[] content) {
        byte[] begin = content.length <= SHOWN_BYTES ? content : Arrays.copyOf(content, SHOWN_BYTES);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(begin))
                    .toString();
        } catch (CharacterCodingException e) {
            // A character that was cut in two is no reason to show numbers.
            String lenient = new String(begin, StandardCharsets.UTF_8);
            return lenient.indexOf('\uFFFD') >= begin.length - 4 && content.length > SHOWN_BYTES ? lenient : hex(begin);
        }
    }

    private static String hex(byte[] bytes) {
        var text = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.length, 200); i++) {
            text.append(String.format(Locale.ROOT, "%02x ", bytes[i]));
        }
        return text.toString().strip();
    }

    @Override
    public void update() {}

    @Override
    public void gap() {
        feed.send(new JsonObject().put("gap", true));
    }
}
