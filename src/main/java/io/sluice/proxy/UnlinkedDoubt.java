package io.sluice.proxy;

import io.sluice.fanout.TimerWheel.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * When a stream with a position but without a next link gives up: it has nobody to ask for what it misses, so its client is to come again, and say
 * where it was. Event loop only.
 */
final class UnlinkedDoubt {
    private final SessionParts parts;
    private final SessionChannels channels;
    private final Runnable giveUp;
    private @Nullable Timeout settle;

    UnlinkedDoubt(SessionParts parts, SessionChannels channels, Runnable giveUp) {
        this.parts = parts;
        this.channels = channels;
        this.giveUp = giveUp;
    }

    /** Something is missing for certain. */
    void sure() {
        close();
        giveUp.run();
    }

    /** Something may be missing, unless items that are on their way clear it up. */
    void suspect() {
        if (settle == null) {
            settle = parts.timers().schedule(NextLoop.SETTLE_MILLIS, () -> {
                settle = null;
                if (channels.anyInDoubt()) {
                    giveUp.run();
                }
            });
        }
    }

    void close() {
        if (settle != null) {
            settle.cancel();
            settle = null;
        }
    }
}
