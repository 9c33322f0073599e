package io.sluice.proxy;

import io.sluice.grip.ControlMessage;
import io.sluice.grip.GripException;
import io.sluice.grip.GripExtension;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.sluice.wire.SocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an origin that agreed to GRIP says to the client from what it says to Sluice (GRIP, GRIP over WebSocket): messages have a
 * prefix, control messages another. A control message that can't be followed is reported, and hurts nothing else.
 */
final class OriginMessages {
    private static final byte[] CONTROL = {'c', ':'};

    private final Stats stats;
    private final SocketSession session;
    private final byte[] prefix;
    /** A message is for the client, and its end has not come. */
    private boolean relaying;
    /** The first bytes of a message, too few to tell what it is. */
    private @Nullable SocketFrame beginning;

    OriginMessages(Stats stats, GripExtension extension, SocketSession session) {
        this.stats = stats;
        this.session = session;
        this.prefix = extension.messagePrefix().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the frame is, or begins, a control message. */
    static boolean isControl(SocketFrame frame) {
        return frame.type() == SocketFrame.Type.TEXT && begins(frame.content(), CONTROL);
    }

    void take(SocketFrame frame) {
        if (frame.type().control()) {
            session.toClient(frame);
        } else if (frame.type() == SocketFrame.Type.CONTINUATION) {
            SocketFrame before = beginning;
            beginning = null;
            if (before != null) {
                take(new SocketFrame(before.type(), frame.last(), joined(before.content(), frame.content())));
            } else if (relaying) {
                session.toClient(frame);
            }
        } else if (!frame.last() && frame.content().length < Math.max(prefix.length, CONTROL.length)) {
            beginning = frame;
        } else if (isControl(frame)) {
            relaying = false;
            control(frame);
        } else if (begins(frame.content(), prefix)) {
            relaying = true;
            byte[] content = frame.content();
            session.toClient(new SocketFrame(
                    frame.type(), frame.last(), Arrays.copyOfRange(content, prefix.length, content.length)));
        } else {
            relaying = false;
            stats.drop(DropReason.NOT_PREFIXED);
            SocketLog.notPrefixed(session.client());
        }
    }

    private void control(SocketFrame frame) {
        try {
            if (!frame.last()) {
                throw new GripException("in more than one frame");
            }
            byte[] content = frame.content();
            follow(ControlMessage.parse(Arrays.copyOfRange(content, CONTROL.length, content.length)));
        } catch (GripException e) {
            stats.count(Counter.CONTROL_REFUSED);
            session.complaints().controlRefused(e.text());
            if (session.client().debug()) {
                session.report("failed to parse grip control message: " + e.text());
            }
        }
    }

    private void follow(ControlMessage message) {
        if (message instanceof ControlMessage.Subscribe subscribe) {
            session.subscriptions().subscribe(subscribe.channel());
        } else if (message instanceof ControlMessage.Unsubscribe unsubscribe) {
            session.subscriptions().unsubscribe(unsubscribe.channel());
        } else if (message instanceof ControlMessage.SetMeta set) {
            session.items().setMeta(set.name(), set.value());
        } else if (message instanceof ControlMessage.SetKeepAlive set) {
            session.output().keepAlive(set.keepAlive(), SocketFrame.Type.of(set.type()));
        } else if (message instanceof ControlMessage.SendDelayed send) {
            session.output()
                    .delay(SocketFrame.whole(SocketFrame.Type.of(send.type()), send.content()), send.timeoutSeconds());
        } else if (message instanceof ControlMessage.FlushDelayed) {
            session.output().flushDelayed();
        } else if (message instanceof ControlMessage.Detach) {
            session.detach();
        }
        // A session id would be for a service that stores last ids, which is not a part of Sluice.
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static boolean begins(byte[] content, byte[] with) {
        return content.length >= with.length && Arrays.equals(content, 0, with.length, with, 0, with.length);
    }
}
