package io.sluice.proxy;

import io.sluice.origin.Cancellation;
import io.sluice.origin.OriginClient;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import java.util.HashMap;
import java.util.Map;

/**
 * The next-link fetches of one event loop (GRIP, next loop). Sessions that want the same at the same time share one, as long
 * as its response is neither complete nor large. Event loop only.
 */
final class NextFetches {
    private final OriginClient origin;
    private final Stats stats;
    private final int maxBodyBytes;
    private final Map<NextRequest, NextFetch> open = new HashMap<>();
    private long clock;

    NextFetches(OriginClient origin, Stats stats, int maxBodyBytes) {
        this.origin = origin;
        this.stats = stats;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * How many fetches were sent. An item that came while the clock stood at n was there before each fetch of a stamp greater
     * than n was sent, so that by the contract of reliability the answer covers it.
     */
    long clock() {
        return clock;
    }

    /** A question of another kind is sent now, whose answer covers what a fetch's would; its stamp. */
    long asked() {
        return ++clock;
    }

    /**
     * Sends the request, or joins one under way.
     *
     * @param notBefore least stamp that will do
     * @return the listener's place, to give up
     */
    NextFetch.Place fetch(NextRequest request, long notBefore, NextListener listener) {
        NextFetch under = open.get(request);
        if (under != null && under.stamp() >= notBefore) {
            stats.count(Counter.NEXT_FETCHES_MERGED);
            return under.join(listener);
        }
        return send(request, listener, true);
    }

    /** Sends the request for this listener only. */
    NextFetch.Place fetchAlone(NextRequest request, NextListener listener) {
        return send(request, listener, false);
    }

    private NextFetch.Place send(NextRequest request, NextListener listener, boolean shared) {
        stats.count(Counter.NEXT_FETCHES);
        var cancellation = new Cancellation();
        var fetch = new NextFetch(++clock, maxBodyBytes, cancellation, closing -> open.remove(request, closing));
        NextFetch.Place place = fetch.join(listener);
        if (shared) {
            open.put(request, fetch);
        }
        origin.send(request.get(), cancellation).onComplete(fetch::answered);
        return place;
    }
}
