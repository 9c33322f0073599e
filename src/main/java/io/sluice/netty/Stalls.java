package io.sluice.netty;

import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs clients that are cut because they keep waiting what they have asked for. Any thread. */
public final class Stalls {
    private static final Logger LOG = LoggerFactory.getLogger(Stalls.class);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final String port;
    private final Stats stats;
    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - SECOND);
    private final LongAdder silent = new LongAdder();

    /** @param port for the log */
    public Stalls(String port, Stats stats) {
        this.port = port;
        this.stats = stats;
    }

    /**
     * @param waits what it does not do: {@code answer} is not taken, {@code body} is not sent
     * @param pendingBytes that wait for the client
     */
    public void cut(String waits, Object peer, long pendingBytes) {
        stats.count(Counter.CLIENTS_STALLED);
        long now = System.nanoTime();
        long said = saidNanos.get();
        if (now - said >= SECOND && saidNanos.compareAndSet(said, now)) {
            LOG.warn(
                    "client-stalled port={} waits={} peer={} pending-bytes={} more-before={}",
                    port,
                    waits,
                    peer,
                    pendingBytes,
                    silent.sumThenReset());
        } else {
            silent.increment();
        }
    }
}
