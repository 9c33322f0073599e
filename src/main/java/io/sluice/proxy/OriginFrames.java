package io.sluice.proxy;

import io.sluice.wire.SocketFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an origin has said and its session has not dealt with yet, in its order; it stands still while a subscription is made. */
final class OriginFrames {
    private List<SocketFrame> frames = List.of();
    private int next;
    private @Nullable Runnable taken;
    private boolean held;

    /** @param whenTaken runs when all is dealt with */
    void give(List<SocketFrame> given, Runnable whenTaken) {
        frames = given;
        next = 0;
        taken = whenTaken;
    }

    void hold(boolean wait) {
        held = wait;
    }

    /** The next frame to deal with; null when there is none, or it has to wait. */
    @Nullable
    SocketFrame next() {
        return held || next == frames.size() ? null : frames.get(next++);
    }

    /** Once, when all has been dealt with: what to run then. */
    @Nullable
    Runnable takeDone() {
        if (held || next < frames.size()) {
            return null;
        }
        Runnable done = taken;
        clear();
        return done;
    }

    void clear() {
        frames = List.of();
        next = 0;
        taken = null;
    }
}
