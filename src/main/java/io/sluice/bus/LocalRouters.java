package io.sluice.bus;

import io.sluice.channel.ItemOutcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The routers of this node, to be reached without the bus by who is in the same process. Any thread. */
public final class LocalRouters {
    private final AtomicReferenceArray<@Nullable Home> homes = new AtomicReferenceArray<>(Addresses.ROUTERS);

    /** The home side of one router instance; any thread. */
    public interface Home {
        /** Has the items appended; the answer comes on the router's thread. */
        void append(HomeMessage.Append append, Answer answer);
    }

    /** What became of an append. */
    public interface Answer {
        /** In the order of the items. */
        void done(List<ItemOutcome> outcomes);

        void failed(PublishException.Reason reason, String text);
    }

    /** @param home null once it is there no more */
    public void set(int router, @Nullable Home home) {
        homes.set(router, home);
    }

    @Nullable
    Home home(int router) {
        return homes.get(router);
    }
}
