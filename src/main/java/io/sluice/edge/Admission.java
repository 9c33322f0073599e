package io.sluice.edge;

import io.sluice.config.Settings;
import io.sluice.netty.TurnAway;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is taken as a client, by the bounds of this node. Those that are here are never sent away for it. Any thread. */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int RETRY_SECONDS = 5;
    private static final int MEGABYTE = 1 << 20;

    /** Which bound somebody was over. */
    enum Bound {
        CONNECTIONS(503, "Service Unavailable", "Too many connections.", Counter.CONNECTIONS_REFUSED_FULL),
        RATE(503, "Service Unavailable", "Too many new connections.", Counter.CONNECTIONS_REFUSED_RATE),
        MEMORY(503, "Service Unavailable", "Too much is waiting for slow clients.", Counter.CONNECTIONS_REFUSED_MEMORY),
        ADDRESS(
                429,
                "Too Many Requests",
                "Too many connections from this address.",
                Counter.CONNECTIONS_REFUSED_ADDRESS);

        private final int status;
        private final String reason;
        private final String text;
        private final Counter counter;

        Bound(int status, String reason, String text, Counter counter) {
            this.status = status;
            this.reason = reason;
            this.text = text;
            this.counter = counter;
        }

        /** What those get that are over it. */
        TurnAway answer() {
            return ANSWERS[ordinal()];
        }
    }

    private static final TurnAway[] ANSWERS = Stream.of(Bound.values())
            .map(bound -> new TurnAway(bound.status, bound.reason, bound.text, RETRY_SECONDS))
            .toArray(TurnAway[]::new);

    private final int maxConnections;
    private final Settings.Admission settings;
    private final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> addresses = new ConcurrentHashMap<>();
    /** When the bucket of new connections is full again. */
    private final AtomicLong rateNanos = new AtomicLong(System.nanoTime() - SECOND);

    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - SECOND);
    private final LongAdder silent = new LongAdder();

    Admission(int maxConnections, Settings.Admission settings) {
        this.maxConnections = maxConnections;
        this.settings = settings;
    }

    /** Takes one more connection, which must {@link #leave} then; or says which bound it is over. */
    @Nullable
    Bound enter(String peer, Stats stats) {
        Bound over = over(stats);
        if (over != null && refused(over, peer, stats)) {
            return over;
        }
        if (connections.incrementAndGet() > maxConnections && refused(Bound.CONNECTIONS, peer, stats)) {
            connections.decrementAndGet();
            return Bound.CONNECTIONS;
        }
        return null;
    }

    void leave() {
        connections.decrementAndGet();
    }

    int connections() {
        return connections.get();
    }

    private @Nullable Bound over(Stats stats) {
        int megabytes = settings.outboxMegabytes();
        if (megabytes > 0 && stats.value(Gauge.OUTBOX_BYTES) > (long) megabytes * MEGABYTE) {
            return Bound.MEMORY;
        }
        int rate = settings.connectionsPerSecond();
        return rate > 0 && !takeFromRate(SECOND / rate, System.nanoTime()) ? Bound.RATE : null;
    }

    /** A second's worth may come at once. */
    private boolean takeFromRate(long costNanos, long now) {
        while (true) {
            long until = rateNanos.get();
            long next = Math.max(until, now) + costNanos;
            if (next - now > SECOND) {
                return false;
            }
            if (rateNanos.compareAndSet(until, next)) {
                return true;
            }
        }
    }

    boolean countsAddresses() {
        return settings.connectionsPerAddress() > 0;
    }

    /** Whether one more connection of that address is taken; it must {@link #leaveAddress} then. */
    boolean enterAddress(String address, Stats stats) {
        boolean[] over = {false};
        addresses.compute(address, (key, count) -> {
            int before = count == null ? 0 : count;
            over[0] = before >= settings.connectionsPerAddress();
            return over[0] && !settings.dryRun() ? count : Integer.valueOf(before + 1);
        });
        return !over[0] || !refused(Bound.ADDRESS, address, stats);
    }

    void leaveAddress(String address) {
        addresses.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Counts and tells; whether it is meant. */
    private boolean refused(Bound bound, String peer, Stats stats) {
        stats.count(bound.counter);
        long now = System.nanoTime();
        long said = saidNanos.get();
        if (now - said >= SECOND && saidNanos.compareAndSet(said, now)) {
            LOG.warn(
                    "connections-refused bound={} peer={} connections={} dry-run={} more-before={}",
                    bound,
                    peer,
                    connections.get(),
                    settings.dryRun(),
                    silent.sumThenReset());
        } else {
            silent.increment();
        }
        return !settings.dryRun();
    }
}
