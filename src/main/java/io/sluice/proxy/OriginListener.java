package io.sluice.proxy;

import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.wire.SocketFrame;
import java.util.List;

/** The session that a {@link SocketOrigin} speaks to. */
interface OriginListener {
    /**
     * The origin is asked something now.
     *
     * @param recover whether for what the client's channels miss
     * @return {@code Grip-Last} lines to ask with
     */
    Headers asking(boolean recover);

    /** The answer is there, and comes next. */
    void answered(boolean recover);

    /**
     * Frames from the origin, in order; never a close.
     *
     * @param taken to be run once they have been dealt with; none come before
     */
    void fromOrigin(List<SocketFrame> frames, Runnable taken);

    /** The origin ends the connection. */
    void closedByOrigin(SocketClose close);

    /** The origin has the connection cut, or its own side of it is; or it leaves a close without an answer. */
    void cutByOrigin();

    /** The origin can't be gone on with. */
    void originFailed(String reason);

    /** Whether the client takes more, so that the origin may be asked for it. */
    boolean takesMore();

    /** Reads no more from the client until there is room for it. */
    void pauseClient(boolean pause);
}
