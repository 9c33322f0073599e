package io.sluice.proxy;

import io.sluice.grip.SocketEvent;
import io.sluice.wire.SocketFrame;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes whole events of a client's frames: fragments are joined. One event loop. */
final class MessageGathering {
    private SocketEvent.Type type = SocketEvent.Type.TEXT;
    private @Nullable ByteArrayOutputStream fragments;

    /** The event that the frame completes; null while there is more to come. */
    @Nullable
    SocketEvent add(SocketFrame frame) {
        switch (frame.type()) {
            case PING, PONG, CLOSE -> {
                return new SocketEvent(controlType(frame.type()), frame.content());
            }
            case TEXT, BINARY -> {
                type = frame.type() == SocketFrame.Type.TEXT ? SocketEvent.Type.TEXT : SocketEvent.Type.BINARY;
                if (frame.last()) {
                    return new SocketEvent(type, frame.content());
                }
                fragments = new ByteArrayOutputStream();
            }
            case CONTINUATION -> {}
        }
        ByteArrayOutputStream gathered = fragments;
        if (gathered == null) {
            return null;
        }
        gathered.writeBytes(frame.content());
        if (!frame.last()) {
            return null;
        }
        fragments = null;
        return new SocketEvent(type, gathered.toByteArray());
    }

    private static SocketEvent.Type controlType(SocketFrame.Type frame) {
        return switch (frame) {
            case PING -> SocketEvent.Type.PING;
            case PONG -> SocketEvent.Type.PONG;
            default -> SocketEvent.Type.CLOSE;
        };
    }
}
