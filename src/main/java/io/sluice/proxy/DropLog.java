package io.sluice.proxy;

import io.sluice.stats.DropReason;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Counts and tells what one connection loses: the first loss at once, the others summed up every ten seconds and at the end, and all lines of a
 * loop's connections together by its {@link LogRation}.
 */
final class DropLog {
    private static final Logger LOG = LoggerFactory.getLogger(DropLog.class);

    private final Pressure pressure;
    private final SessionClient client;
    private @Nullable Quiet quiet;
    private @Nullable Quiet quietHigh;
    private @Nullable SlowClient<?> slow;
    private String lastChannel = "";
    private DropReason lastReason = DropReason.OUTBOX_FULL;
    private long dropped;

    DropLog(Pressure pressure, SessionClient client) {
        this.pressure = pressure;
        this.client = client;
    }

    /** Its outbox; null while it has none. */
    void slow(@Nullable SlowClient<?> outbox) {
        slow = outbox;
    }

    @Nullable
    SlowClient<?> slow() {
        return slow;
    }

    /** Items lost so far. */
    long dropped() {
        return dropped;
    }

    void dropped(DropReason reason, String channel) {
        dropped(reason, channel, 1);
    }

    void dropped(DropReason reason, String channel, int items) {
        pressure.stats().drop(reason, items);
        dropped += items;
        if (reason == DropReason.OUTBOX_CONFLATED) {
            // As it is meant to be.
            return;
        }
        lastChannel = channel;
        lastReason = reason;
        Quiet now = quiet;
        if (now == null) {
            now = new Quiet(pressure::nowMillis);
            quiet = now;
        }
        tell(now.next(items));
    }

    /** The outbox is as full as the log is to warn of. */
    void high(String channel, int percent) {
        Quiet now = quietHigh;
        if (now == null) {
            now = new Quiet(pressure::nowMillis);
            quietHigh = now;
        }
        int times = now.next(1);
        if (times > 0 && pressure.log().take()) {
            LOG.warn(
                    "outbox-high connection={} route={} uri={} channel={} percent={} times={} {}",
                    client.id(),
                    client.route().id(),
                    client.uri().pathOnly(),
                    channel,
                    percent,
                    times,
                    who());
        }
    }

    /** Sluice ends the connection. */
    void ended(Disconnect why) {
        if (pressure.log().take()) {
            LOG.warn(
                    "connection-ended connection={} route={} uri={} reason={} {}",
                    client.id(),
                    client.route().id(),
                    client.uri().pathOnly(),
                    why.reason(),
                    who());
        }
    }

    /** The connection is over: tells the rest. */
    void close() {
        if (quiet != null) {
            tell(quiet.rest());
        }
    }

    private void tell(int items) {
        if (items == 0) {
            return;
        }
        if (!pressure.log().take()) {
            if (quiet != null) {
                quiet.untold(items);
            }
            return;
        }
        // Who has gone is not slow.
        Level level = lastReason == DropReason.CONNECTION_CLOSED ? Level.INFO : Level.WARN;
        LOG.atLevel(level)
                .log(
                        "items-dropped connection={} route={} uri={} channel={} reason={} policy={} items={} {}",
                        client.id(),
                        client.route().id(),
                        client.uri().pathOnly(),
                        lastChannel,
                        lastReason.name().toLowerCase(Locale.ROOT),
                        pressure.policyOf(lastChannel).text(),
                        items,
                        who());
    }

    /** Whose connection it is, and what waits for it. */
    private String who() {
        ClientTraits traits = client.traits();
        SlowClient<?> now = slow;
        return "client=" + (client.clientId() == null ? "-" : ClientTraits.quoted(client.clientId())) + " address="
                + traits.address() + " agent=" + ClientTraits.quoted(traits.userAgent())
                + (traits.headers().isEmpty() ? "" : " headers=" + traits.headerText())
                + " pending-messages=" + (now == null ? 0 : now.messages())
                + " pending-bytes=" + (now == null ? 0 : now.bytes())
                + " oldest-millis=" + (now == null ? 0 : now.oldestMillis());
    }
}
