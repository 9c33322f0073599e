package io.sluice.proxy;

import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and tells what one connection loses: the first loss at once, the others summed up every ten seconds and at the end. */
final class DropLog {
    private static final Logger LOG = LoggerFactory.getLogger(DropLog.class);
    private static final long QUIET_MILLIS = 10_000;

    private final Stats stats;
    private final SessionClient client;
    private final LongSupplier nowMillis;
    private boolean warned;
    private long warnedMillis;
    private int untold;
    private String lastChannel = "";
    private DropReason lastReason = DropReason.OUTBOX_FULL;

    DropLog(Stats stats, SessionClient client, LongSupplier nowMillis) {
        this.stats = stats;
        this.client = client;
        this.nowMillis = nowMillis;
    }

    void dropped(DropReason reason, String channel) {
        stats.drop(reason);
        untold++;
        lastChannel = channel;
        lastReason = reason;
        long now = nowMillis.getAsLong();
        if (!warned || now - warnedMillis >= QUIET_MILLIS) {
            warned = true;
            warnedMillis = now;
            tell();
        }
    }

    /** The connection is over: tells the rest. */
    void close() {
        if (untold > 0) {
            tell();
        }
    }

    private void tell() {
        LOG.warn(
                "items-dropped connection={} route={} uri={} channel={} reason={} items={}",
                client.id(),
                client.route().id(),
                client.uri(),
                lastChannel,
                lastReason.name().toLowerCase(Locale.ROOT),
                untold);
        untold = 0;
    }
}
