package io.sluice.proxy;

import io.sluice.bus.Replayed;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Reads of logs for one event loop's slow clients: a few at once, the others wait their turn. Event loop only. */
final class LogReads {
    static final int AT_ONCE = 8;

    private record Read(
            BooleanSupplier wanted, Supplier<Future<Replayed>> read, Handler<AsyncResult<Replayed>> answer) {}

    private final ArrayDeque<Read> waiting = new ArrayDeque<>();
    private int underway;

    /**
     * @param wanted asked when its turn comes; one that is not wanted any more has no answer
     * @param answer called once
     */
    void submit(BooleanSupplier wanted, Supplier<Future<Replayed>> read, Handler<AsyncResult<Replayed>> answer) {
        waiting.add(new Read(wanted, read, answer));
        next();
    }

    private void next() {
        while (underway < AT_ONCE) {
            Read due = waiting.poll();
            if (due == null) {
                return;
            }
            if (due.wanted().getAsBoolean()) {
                underway++;
                due.read().get().onComplete(result -> {
                    underway--;
                    try {
                        due.answer().handle(result);
                    } finally {
                        next();
                    }
                });
            }
        }
    }
}
