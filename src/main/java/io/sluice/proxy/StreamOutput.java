package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.grip.GripResponse;
import io.sluice.grip.KeepAlive;
import io.sluice.grip.PublishItem;
import io.sluice.netty.Outlet;
import io.sluice.netty.Sink;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.wire.EncodedItem;
import io.vertx.core.json.JsonObject;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A stream's way to its client: head, bytes, keep-alives, and the two kinds of end. Event loop only. */
final class StreamOutput extends ClientOutput<byte[]> {
    private static final Pattern EVENT_STREAM =
            Pattern.compile("\\s*text/event-stream\\s*(;|$)", Pattern.CASE_INSENSITIVE);

    /** Where it meets the middle of another event, it swallows that. */
    private static final byte[] GAP = "\nevent: sluice-gap\nid:\ndata: {\"reason\":\"not-in-log\"}\n\n".getBytes(UTF_8);

    private final SessionParts parts;
    private final BooleanSupplier midway;
    private final KeepAliveTimer keepAlive;
    private @Nullable Sink sink;
    /** The client reads events, and nobody has coded them. */
    private boolean events;
    /** What was written last ended a line. */
    private boolean lineEnded = true;

    /**
     * @param midway whether the client has a part of something, so that a keep-alive would break it
     */
    StreamOutput(SessionParts parts, OutboxOwner owner, BooleanSupplier midway) {
        super(parts, owner);
        this.parts = parts;
        this.midway = midway;
        this.keepAlive = new KeepAliveTimer(parts, this::sendKeepAlive);
    }

    /** Sends the head, and the body so far. */
    void open(Exchange exchange, GripResponse first) {
        Sink out = exchange.stream(first.status(), first.reason(), first.headers(), first.body());
        use(out);
        head(first);
        if (first.body().length > 0) {
            lineEnded = endsLine(first.body());
        }
        out.flush();
    }

    /** The response's head, and a body whose end nobody has seen, have been sent. */
    void sent(GripResponse first) {
        head(first);
        lineEnded = false;
    }

    private void head(GripResponse first) {
        String type = first.headers().first("Content-Type");
        String coding = first.headers().first("Content-Encoding");
        events = type != null
                && EVENT_STREAM.matcher(type).lookingAt()
                && (coding == null || coding.equalsIgnoreCase("identity"));
    }

    /** Goes on with a response whose head was sent. */
    void use(Sink out) {
        sink = out;
        out.onWritable(this::onWritable);
    }

    @Nullable
    Sink sink() {
        return sink;
    }

    void keepAlive(@Nullable KeepAlive next) {
        keepAlive.set(next);
    }

    @Override
    @Nullable
    Outlet outlet() {
        return sink;
    }

    /** Whether the client takes what it is sent. */
    boolean canTake() {
        return sink != null && takes() && !full();
    }

    /** Bytes that are no item: of a page, or a farewell. */
    void page(byte[] content) {
        lineEnded = endsLine(content);
        own(content, content.length);
    }

    /** An item as it is, to a socket that takes it: all of the fast path. */
    void direct(EncodedItem shared, byte[] content) {
        lineEnded = endsLine(content);
        write(shared);
        parts.stats().count(Counter.DELIVERIES);
        parts.trace().written();
    }

    /** @param shared its shared bytes, where the content is just that */
    void item(PublishItem item, boolean kept, byte[] content, @Nullable EncodedItem shared) {
        lineEnded = endsLine(content);
        item(item, kept, shared, content, content.length);
    }

    @Override
    public void write(byte[] content) {
        if (sink != null) {
            sink.write(content);
            written(sink);
        }
    }

    @Override
    public void write(EncodedItem shared) {
        if (sink != null) {
            sink.write(shared);
            written(sink);
        }
    }

    /**
     * Tells a client that reads events when to come back, at random so that not all do at once. It is a field without an empty line behind
     * it, so that an event that has begun is not dispatched in part; in the middle of a line there is no place for it.
     *
     * @param atMostMillis 0 says nothing
     */
    void retry(int atMostMillis) {
        if (sink != null && events && lineEnded && atMostMillis > 0 && !full()) {
            drainAll();
            int least = Math.max(1, atMostMillis / 10);
            int millis = least + parts.random().nextInt(atMostMillis - least + 1);
            sink.write(("retry: " + millis + "\n").getBytes(UTF_8));
        }
    }

    /**
     * Has the client come again, and say where it was. If what it has missed is nowhere, who reads events is told: EventSource forgets its
     * last id by that event, and begins anew, rather than be told the same again.
     *
     * @param lost whether to come again does not help
     */
    void comeAgain(boolean lost) {
        if (events && full()) {
            // What waits is whole, and brings it further.
            end();
        } else if (events && lost && sink != null) {
            drainAll();
            sink.write(GAP);
            end();
        } else {
            cut(null);
        }
    }

    /** Who reads events is told that a channel has a gap here; false when the client does not read any. */
    boolean tellGap(String channel, long items) {
        if (events) {
            var data = new JsonObject()
                    .put("reason", "not-in-log")
                    .put("channel", channel)
                    .put("items", items);
            page(("\nevent: sluice-gap\ndata: " + data.encode() + "\n\n").getBytes(UTF_8));
        }
        return events;
    }

    /** The client is told why it is disconnected, if it reads events and can be told now; otherwise it sees that the stream broke. */
    void disconnect(Disconnect why) {
        boolean told = events && takes() && !midway.getAsBoolean();
        discard(DropReason.OUTBOX_DISCONNECTED);
        if (told && sink != null) {
            sink.write(why.event());
            end();
        } else {
            cut(null);
        }
    }

    /** The client sees that it has everything. */
    void end() {
        drainAll();
        if (sink != null) {
            sink.end();
        }
    }

    /** The client sees that something is missing, and asks again. */
    void cut(@Nullable String text) {
        discard(DropReason.CONNECTION_CLOSED);
        if (sink == null) {
            return;
        }
        if (text != null) {
            sink.write(text.getBytes(UTF_8));
            sink.flush();
        }
        sink.abort();
    }

    /** Nothing more by itself. */
    void stop() {
        keepAlive.stop();
    }

    private static boolean endsLine(byte[] content) {
        return content.length > 0 && content[content.length - 1] == '\n';
    }

    private void written(Sink out) {
        parts.fanout().flushLater(out);
        keepAlive.sent();
    }

    private void sendKeepAlive() {
        if (sink != null && !midway.getAsBoolean() && takes()) {
            sink.write(keepAlive.content());
            lineEnded = endsLine(keepAlive.content());
            parts.fanout().flushLater(sink);
        }
    }
}
