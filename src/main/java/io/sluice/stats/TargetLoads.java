package io.sluice.stats;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the origins' targets have to do, by {@code HOST:PORT}, summed over event loops. Any thread. Not for metrics: there may be many. */
public final class TargetLoads {
    /** One target. Levels are as of the last second. */
    public static final class Load {
        public final AtomicInteger connections = new AtomicInteger();
        public final AtomicInteger waiting = new AtomicInteger();
        /** Event loops that leave it alone. */
        public final AtomicInteger openCircuits = new AtomicInteger();

        public final LongAdder connectFailures = new LongAdder();
        /** Requests not sent because it was left alone. */
        public final LongAdder skipped = new LongAdder();
        /** Requests not sent because too many wait. */
        public final LongAdder refused = new LongAdder();

        private int users;
    }

    private final ConcurrentHashMap<String, Load> loads = new ConcurrentHashMap<>();

    /** To be given back by {@link #release}. */
    public Load take(String target) {
        return loads.compute(target, (key, load) -> {
            Load taken = load == null ? new Load() : load;
            taken.users++;
            return taken;
        });
    }

    public void release(String target) {
        loads.computeIfPresent(target, (key, load) -> --load.users == 0 ? null : load);
    }

    /** All that are in use, by name. */
    public Map<String, Load> all() {
        return new ConcurrentSkipListMap<>(loads);
    }
}
