package io.sluice.origin;

import org.jspecify.annotations.Nullable;

/** By which a caller gives up a request that has no answer yet. One request, one event loop. */
public final class Cancellation {
    private boolean cancelled;
    private @Nullable Runnable handler;

    /** Gives up; the request's future fails with {@code CLIENT_GONE}. Nothing once it has an answer: cancel that. */
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            Runnable task = handler;
            handler = null;
            if (task != null) {
                task.run();
            }
        }
    }

    boolean cancelled() {
        return cancelled;
    }

    void onCancel(@Nullable Runnable task) {
        handler = task;
    }
}
