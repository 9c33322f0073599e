package io.sluice.fanout;

import io.sluice.bus.ChannelPresence;
import io.sluice.bus.SubscriptionTally;
import io.sluice.netty.LoopTurn;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts who is subscribed to a channel on a loop, a turn of it at a time. Loop only. */
final class PresenceWalk {
    private final Context context;
    private final TickBudget budget;
    private final Promise<ChannelPresence> done;
    private final long end;
    private final Set<String> clients = new HashSet<>();
    private SubscriberTable.@Nullable Entry at;
    private long streams;
    private long longPolls;
    private long webSockets;
    private long unnamed;

    /** @param done gets the answer */
    PresenceWalk(Context context, TickBudget budget, SubscriberTable table, Promise<ChannelPresence> done) {
        this.context = context;
        this.budget = budget;
        this.done = done;
        this.end = table.end();
        this.at = table.first(end);
    }

    void turn() {
        budget.start();
        for (var entry = at; entry != null; entry = SubscriberTable.next(entry, end)) {
            if (budget.spent()) {
                at = entry;
                LoopTurn.afterSockets(context, this::turn);
                return;
            }
            count(entry);
        }
        done.complete(new ChannelPresence(
                new SubscriptionTally(streams, longPolls, webSockets), unnamed, List.copyOf(clients)));
    }

    private void count(SubscriberTable.Entry entry) {
        if (SubscriberTable.gone(entry)) {
            // It left while the loop did something else.
            return;
        }
        switch (entry.mode()) {
            case STREAM -> streams++;
            case RESPONSE -> longPolls++;
            case SOCKET -> webSockets++;
        }
        String client = entry.subscriber().clientId();
        if (client == null) {
            unnamed++;
        } else {
            clients.add(client);
        }
    }
}
