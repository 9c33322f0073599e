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

    private final Stats stats;
    private final SessionClient client;
    private final Quiet quiet;
    private String lastChannel = "";
    private DropReason lastReason = DropReason.OUTBOX_FULL;

    DropLog(Stats stats, SessionClient client, LongSupplier nowMillis) {
        this.stats = stats;
        this.client = client;
        this.quiet = new Quiet(nowMillis);
    }

    void dropped(DropReason reason, String channel) {
        stats.drop(reason);
        lastChannel = channel;
        lastReason = reason;
        tell(quiet.next());
    }

    /** The connection is over: tells the rest. */
    void close() {
        tell(quiet.rest());
    }

    private void tell(int items) {
        if (items == 0) {
            return;
        }
        LOG.warn(
                "items-dropped connection={} route={} uri={} channel={} reason={} items={}",
                client.id(),
                client.route().id(),
                client.uri(),
                lastChannel,
                lastReason.name().toLowerCase(Locale.ROOT),
                items);
    }
}
