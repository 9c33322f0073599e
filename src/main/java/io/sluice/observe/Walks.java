package io.sluice.observe;

import io.vertx.core.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Questions for which all subscriptions of a node are looked at: one at a time, and a few that wait, of which those are not begun any more whose asker has given up.
 * On the context of a verticle.
 */
final class Walks {
    static final int MAX_WAITING = 8;

    private final LongSupplier nowMillis;
    private final long patienceMillis;
    private Future<?> last = Future.succeededFuture();
    private int waiting;

    /** @param patienceMillis of an asker */
    Walks(LongSupplier nowMillis, long patienceMillis) {
        this.nowMillis = nowMillis;
        this.patienceMillis = patienceMillis;
    }

    /** Fails when too many wait, or when it took too long to begin. */
    <T> Future<T> run(Supplier<Future<T>> walk) {
        if (waiting >= MAX_WAITING) {
            return Future.failedFuture("too many questions about connections at once");
        }
        waiting++;
        long asked = nowMillis.getAsLong();
        Future<T> answer = last.transform(before -> {
            waiting--;
            return nowMillis.getAsLong() - asked < patienceMillis
                    ? walk.get()
                    : Future.failedFuture("other questions about connections took too long");
        });
        last = answer;
        return answer;
    }
}
