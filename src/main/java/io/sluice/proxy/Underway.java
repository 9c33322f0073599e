package io.sluice.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** Counts calls that nobody waits for, until somebody does: at the end. Event loop only. */
final class Underway {
    private int count;
    private @Nullable Promise<Void> idle;

    void add(Future<?> call) {
        count++;
        call.onComplete(over -> {
            count--;
            if (count == 0 && idle != null) {
                idle.tryComplete();
            }
        });
    }

    /** Completes once no call is under way. To be asked for once, when no more are to come. */
    Future<Void> idle() {
        if (count == 0) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        idle = promise;
        return promise.future();
    }
}
