package io.sluice.netty;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.sluice.grip.GripException;
import io.sluice.grip.SocketClose;
import io.sluice.grip.Utf8;
import io.sluice.wire.MessageDeflate;
import io.sluice.wire.SocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Holds one peer's frames to the rules that Netty's decoder does not know: a message's size over all its frames, UTF-8 over their
 * borders, reserved bits, and compressed messages, which come out whole.
 */
final class FrameInspector {
    private static final int RSV1 = 4;

    private final int maxBytes;
    private final @Nullable MessageDeflate deflate;
    /** Of the message that is coming; so far. */
    private int bytes;

    private boolean text;
    private int utf8 = Utf8.START;
    private @Nullable ByteArrayOutputStream compressed;
    private SocketFrame.Type compressedType = SocketFrame.Type.TEXT;

    FrameInspector(SocketTerms terms) {
        maxBytes = terms.maxMessageBytes();
        deflate = terms.deflate();
    }

    static SocketClose close(CloseWebSocketFrame frame) throws FrameRefused {
        if (frame.rsv() != 0) {
            throw FrameRefused.broken("reserved bits set");
        }
        try {
            return SocketClose.parse(ByteBufUtil.getBytes(frame.content()));
        } catch (GripException e) {
            throw FrameRefused.broken(e.text());
        }
    }

    /** The frame to pass on; null while a compressed message is not complete. */
    @Nullable
    SocketFrame inspect(WebSocketFrame frame) throws FrameRefused {
        byte[] content = ByteBufUtil.getBytes(frame.content());
        if (frame instanceof PingWebSocketFrame || frame instanceof PongWebSocketFrame) {
            check(frame.rsv() == 0);
            return SocketFrame.whole(
                    frame instanceof PingWebSocketFrame ? SocketFrame.Type.PING : SocketFrame.Type.PONG, content);
        }
        SocketFrame.Type type = SocketFrame.Type.CONTINUATION;
        if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
            text = frame instanceof TextWebSocketFrame;
            type = text ? SocketFrame.Type.TEXT : SocketFrame.Type.BINARY;
            bytes = 0;
            utf8 = Utf8.START;
            begin(frame.rsv(), type);
        } else {
            check(frame.rsv() == 0);
        }
        if (content.length > maxBytes - bytes) {
            throw FrameRefused.tooLarge(maxBytes);
        }
        bytes += content.length;
        if (compressed != null) {
            compressed.writeBytes(content);
            return frame.isFinalFragment() ? inflated(compressed.toByteArray()) : null;
        }
        if (text) {
            checkText(content, frame.isFinalFragment());
        }
        return new SocketFrame(type, frame.isFinalFragment(), content);
    }

    private void begin(int reserved, SocketFrame.Type type) throws FrameRefused {
        check(reserved == 0 || (reserved == RSV1 && deflate != null));
        if (reserved == RSV1) {
            compressed = new ByteArrayOutputStream();
            compressedType = type;
        }
    }

    private SocketFrame inflated(byte[] message) throws FrameRefused {
        compressed = null;
        MessageDeflate with = deflate;
        if (with == null) {
            throw FrameRefused.broken("compressed without agreement");
        }
        try {
            byte[] content = with.inflate(message, maxBytes);
            if (text) {
                checkText(content, true);
            }
            return SocketFrame.whole(compressedType, content);
        } catch (DataFormatException e) {
            throw FrameRefused.broken("not a compressed message");
        } catch (MessageDeflate.TooLarge e) {
            throw FrameRefused.tooLarge(maxBytes);
        }
    }

    private void checkText(byte[] content, boolean last) throws FrameRefused {
        utf8 = Utf8.check(utf8, content);
        if (utf8 == Utf8.BROKEN || (last && utf8 != Utf8.START)) {
            throw FrameRefused.notUtf8();
        }
    }

    private static void check(boolean reservedBitsRight) throws FrameRefused {
        if (!reservedBitsRight) {
            throw FrameRefused.broken("reserved bits set");
        }
    }
}
