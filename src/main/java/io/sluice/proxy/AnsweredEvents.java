package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.SocketClose;
import io.sluice.grip.SocketEvent;
import io.sluice.wire.SocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an origin's events (GRIP, WebSocket-over-HTTP) come to.
 *
 * @param frames of the messages, pings and pongs before the end
 * @param end the first CLOSE, DISCONNECT or OPEN, behind which nothing counts
 */
record AnsweredEvents(List<SocketFrame> frames, @Nullable SocketEvent end) {
    static AnsweredEvents of(List<SocketEvent> events) {
        var frames = new ArrayList<SocketFrame>(events.size());
        for (SocketEvent event : events) {
            if (event.type() == SocketEvent.Type.CLOSE
                    || event.type() == SocketEvent.Type.DISCONNECT
                    || event.type() == SocketEvent.Type.OPEN) {
                return new AnsweredEvents(frames, event);
            }
            frames.add(SocketFrame.whole(frameType(event.type()), event.content()));
        }
        return new AnsweredEvents(frames, null);
    }

    /** Libraries close with code 0 when the application gives none: what can't be sent counts as none. */
    static SocketClose close(SocketEvent event) {
        try {
            return SocketClose.parse(event.content());
        } catch (GripException e) {
            return SocketClose.PLAIN;
        }
    }

    private static SocketFrame.Type frameType(SocketEvent.Type type) {
        return switch (type) {
            case BINARY -> SocketFrame.Type.BINARY;
            case PING -> SocketFrame.Type.PING;
            case PONG -> SocketFrame.Type.PONG;
            default -> SocketFrame.Type.TEXT;
        };
    }
}
