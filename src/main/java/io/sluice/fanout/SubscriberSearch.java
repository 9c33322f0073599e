package io.sluice.fanout;

import io.sluice.netty.LoopTurn;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A walk over the subscribers of a loop, a turn of it at a time. Loop only. */
final class SubscriberSearch {
    private final Context context;
    private final TickBudget budget;
    private final Iterator<LoopChannel> channels;
    private final Predicate<Subscriber> test;
    private final int limit;
    /** With many channels one is met many times. */
    private final Set<Subscriber> tested = Collections.newSetFromMap(new IdentityHashMap<>());

    private final List<Subscriber> found = new ArrayList<>();
    private final Promise<List<Subscriber>> done = Promise.promise();
    private SubscriberTable.@Nullable Entry at;
    private long end;

    SubscriberSearch(
            Context context, TickBudget budget, List<LoopChannel> channels, Predicate<Subscriber> test, int limit) {
        this.context = context;
        this.budget = budget;
        this.channels = channels.iterator();
        this.test = test;
        this.limit = limit;
    }

    /** The answer; there at once when one turn is enough. */
    Future<List<Subscriber>> start() {
        turn();
        return done.future();
    }

    private void turn() {
        budget.start();
        try {
            while (found.size() < limit && next()) {
                if (budget.spent()) {
                    LoopTurn.afterSockets(context, this::turn);
                    return;
                }
            }
            done.complete(List.copyOf(found));
        } catch (RuntimeException e) {
            done.fail(e);
        }
    }

    /** One step; false at the end. */
    private boolean next() {
        SubscriberTable.Entry entry = at;
        if (entry == null) {
            if (!channels.hasNext()) {
                return false;
            }
            SubscriberTable table = channels.next().subscribers();
            end = table.end();
            at = table.first(end);
            return true;
        }
        Subscriber subscriber = entry.subscriber();
        if (!SubscriberTable.gone(entry) && tested.add(subscriber) && test.test(subscriber)) {
            found.add(subscriber);
        }
        at = SubscriberTable.next(entry, end);
        return true;
    }
}
