package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.trace.ItemTrace;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A publish item on a node, with the bytes that its plain subscribers share: encoded once, in direct memory, before it is
 * handed to the event loops. Reference counted: one reference for each loop it is handed to; a session that keeps the item
 * for later keeps {@link #item()}, not this; an outbox takes a reference for each client that it waits for.
 */
public final class EncodedItem extends AbstractReferenceCounted {
    private static final byte[] CRLF = {'\r', '\n'};

    private final PublishItem item;
    private final Position position;
    private final @Nullable ItemTrace trace;
    private final @Nullable ByteBuf streamChunk;
    private final @Nullable ByteBuf streamContent;
    private final @Nullable ByteBuf messageFrame;
    /** Made when first asked for, by whichever loop that is; guarded by this. */
    private @Nullable ByteBuf deflatedFrame;

    public EncodedItem(PublishItem item, Position position) {
        this(item, position, null);
    }

    /** @param trace where is counted what becomes of it; null for nowhere */
    public EncodedItem(PublishItem item, Position position, @Nullable ItemTrace trace) {
        this.item = item;
        this.position = position;
        this.trace = trace;
        Format.HttpStream stream = item.stream();
        if (stream != null && stream.action() == Action.SEND && stream.content().length > 0) {
            byte[] head = (Integer.toHexString(stream.content().length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            streamChunk = Unpooled.directBuffer(head.length + stream.content().length + CRLF.length)
                    .writeBytes(head)
                    .writeBytes(stream.content())
                    .writeBytes(CRLF);
            streamContent = streamChunk.slice(head.length, stream.content().length);
        } else {
            streamChunk = null;
            streamContent = null;
        }
        SocketFrame frame = frame(item);
        messageFrame = frame == null ? null : frame.toShare();
    }

    private static @Nullable SocketFrame frame(PublishItem item) {
        Format.WsMessage message = item.message();
        return message == null || message.action() != Action.SEND
                ? null
                : SocketFrame.whole(SocketFrame.Type.of(message.type()), message.content());
    }

    public PublishItem item() {
        return item;
    }

    public Position position() {
        return position;
    }

    /** Where is counted what becomes of it; null for nowhere. */
    public @Nullable ItemTrace trace() {
        return trace;
    }

    /** The stream content framed as one HTTP/1.1 chunk; null when there is none. Duplicate before use; it is not consumed. */
    public @Nullable ByteBuf streamChunk() {
        return streamChunk;
    }

    /**
     * The stream content without framing, for HTTP/1.0 and HTTP/2; null when there is none. The same bytes as in
     * {@link #streamChunk()}; duplicate before use.
     */
    public @Nullable ByteBuf streamContent() {
        return streamContent;
    }

    /** The message as one WebSocket frame without mask; null when there is none. Duplicate before use; it is not consumed. */
    public @Nullable ByteBuf messageFrame() {
        return messageFrame;
    }

    /**
     * The message as a compressed frame, made once for all sockets; the plain frame where compressing is not worth it. Any thread
     * that holds a reference.
     *
     * @param deflate of the calling thread
     */
    public @Nullable ByteBuf deflatedFrame(MessageDeflate deflate) {
        SocketFrame frame = frame(item);
        if (frame == null || frame.type().control() || !MessageDeflate.worthwhile(frame.content().length)) {
            return messageFrame;
        }
        synchronized (this) {
            ByteBuf made = deflatedFrame;
            if (made == null) {
                var compressed = SocketFrame.whole(frame.type(), deflate.deflate(frame.content()));
                made = Unpooled.directBuffer(
                        SocketFrame.headBytes(compressed.content().length) + compressed.content().length);
                compressed.writeHead(made, true);
                made.writeBytes(compressed.content());
                deflatedFrame = made;
            }
            return made;
        }
    }

    @Override
    protected void deallocate() {
        release(streamChunk);
        release(messageFrame);
        synchronized (this) {
            release(deflatedFrame);
        }
    }

    private static void release(@Nullable ByteBuf form) {
        if (form != null) {
            form.release();
        }
    }

    @Override
    public ReferenceCounted touch(@Nullable Object hint) {
        if (streamChunk != null) {
            streamChunk.touch(hint);
        }
        return this;
    }
}
