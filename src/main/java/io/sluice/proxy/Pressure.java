package io.sluice.proxy;

import io.sluice.config.OverflowPolicy;
import io.sluice.config.Settings;
import io.sluice.fanout.TimerWheel;
import io.sluice.stats.Stats;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The clients of one event loop that are slower than their channels. That loop only. */
final class Pressure {
    private static final long LOOK_MILLIS = 1000;

    private final Settings settings;
    private final Stats stats;
    private final TimerWheel timers;
    private final LongSupplier nowMillis;
    private final Set<SlowClient<?>> slow = new LinkedHashSet<>();
    private final LogRation log;
    private TimerWheel.@Nullable Timeout look;

    Pressure(Settings settings, Stats stats, TimerWheel timers, LongSupplier nowMillis) {
        this.settings = settings;
        this.stats = stats;
        this.timers = timers;
        this.nowMillis = nowMillis;
        this.log = new LogRation(nowMillis);
    }

    OverflowPolicy policyOf(String channel) {
        return settings.outbox().policyOf(channel);
    }

    Settings settings() {
        return settings;
    }

    Stats stats() {
        return stats;
    }

    /** Of this loop's lines about slow clients. */
    LogRation log() {
        return log;
    }

    long nowMillis() {
        return nowMillis.getAsLong();
    }

    /** Shows those that have an outbox now, longest first, and no more than that. */
    void slow(int limit, Consumer<SlowClient<?>> seen) {
        int left = limit;
        for (SlowClient<?> client : slow) {
            if (--left < 0) {
                return;
            }
            seen.accept(client);
        }
    }

    void add(SlowClient<?> client) {
        slow.add(client);
        if (look == null) {
            look = timers.schedule(LOOK_MILLIS, this::look);
        }
    }

    void remove(SlowClient<?> client) {
        slow.remove(client);
    }

    private void look() {
        look = null;
        for (SlowClient<?> client : new ArrayList<>(slow)) {
            client.look();
        }
        if (!slow.isEmpty() && look == null) {
            look = timers.schedule(LOOK_MILLIS, this::look);
        }
    }
}
