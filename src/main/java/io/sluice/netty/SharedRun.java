package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Shared bytes that connections of one loop were given one after the other, and have not sent. Connections that were given the same share
 * the run, so that its bytes are put together once, however many they are. Whoever stands on a run is one of its users, and moves on or
 * releases it. Event loop only.
 */
final class SharedRun {
    private final ByteBuf last;
    private final @Nullable SharedRun before;
    private final int length;
    private int users = 1;
    /** The run that somebody made of this one last; it holds this one, not the other way round. */
    private @Nullable SharedRun next;

    private @Nullable ByteBuf joined;

    private SharedRun(ByteBuf last, @Nullable SharedRun before) {
        this.last = last.retain();
        this.before = before;
        this.length = last.readableBytes() + (before == null ? 0 : before.length);
    }

    /** The runs of a loop: where they begin. */
    static final class Starts {
        private @Nullable SharedRun latest;

        /** A run of these bytes; the caller is a user of it. */
        @SuppressWarnings("ReferenceEquality") // the same buffer, not one that reads the same
        SharedRun at(ByteBuf bytes) {
            SharedRun known = latest;
            if (known != null && known.users > 0 && known.last == bytes) {
                known.users++;
                return known;
            }
            var begun = new SharedRun(bytes, null);
            latest = begun;
            return begun;
        }
    }

    /** This run and these bytes: the user moves on to that. */
    @SuppressWarnings("ReferenceEquality")
    SharedRun then(ByteBuf bytes) {
        SharedRun known = next;
        if (known != null && known.last == bytes) {
            known.users++;
            users--; // never to 0: the next run is a user too
            return known;
        }
        // The user's place in this run becomes the next run's.
        var longer = new SharedRun(bytes, this);
        next = longer;
        return longer;
    }

    /** Bytes in all. */
    int length() {
        return length;
    }

    /** All bytes in order; owned by the run, not consumed. */
    ByteBuf bytes() {
        if (before == null) {
            return last;
        }
        ByteBuf made = joined;
        if (made == null) {
            made = Unpooled.directBuffer(length, length);
            made.writerIndex(length);
            int end = length;
            for (SharedRun run = this; run != null; run = run.before) {
                int part = run.last.readableBytes();
                end -= part;
                made.setBytes(end, run.last, run.last.readerIndex(), part);
            }
            joined = made;
        }
        return made;
    }

    /** The user leaves. */
    void release() {
        SharedRun run = this;
        while (run != null && --run.users == 0) {
            run.last.release();
            if (run.joined != null) {
                run.joined.release();
            }
            SharedRun earlier = run.before;
            if (earlier != null && earlier.next == run) {
                earlier.next = null;
            }
            run = earlier;
        }
    }
}
