package io.sluice.netty;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/** How long work takes turns with the sockets of its event loop. */
public final class LoopTurn {
    private LoopTurn() {}

    /**
     * Runs the task on the context, after the loop has looked at its sockets. A task that re-submits itself with
     * {@code runOnContext} would run up to 64 times before: Netty works off its task queue first. Scheduled tasks are collected
     * once a round. On the context's event loop.
     */
    public static void afterSockets(Context context, Runnable task) {
        var internal = (ContextInternal) context;
        var unused = internal.nettyEventLoop().schedule(() -> internal.dispatch(task), 0, TimeUnit.NANOSECONDS);
    }
}
