package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A publish item on a node, with the bytes that its plain subscribers share: encoded once, in direct memory, before it is
 * handed to the event loops. Reference counted: one reference for each loop it is handed to; a session that keeps the item
 * for later keeps {@link #item()}, not this.
 */
public final class EncodedItem extends AbstractReferenceCounted {
    private static final byte[] CRLF = {'\r', '\n'};

    private final PublishItem item;
    private final Position position;
    private final @Nullable ByteBuf streamChunk;
    private final @Nullable ByteBuf streamContent;

    public EncodedItem(PublishItem item, Position position) {
        this.item = item;
        this.position = position;
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
    }

    public PublishItem item() {
        return item;
    }

    public Position position() {
        return position;
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

    @Override
    protected void deallocate() {
        if (streamChunk != null) {
            streamChunk.release();
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
