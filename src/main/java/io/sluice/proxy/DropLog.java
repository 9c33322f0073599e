package io.sluice.proxy;

import io.sluice.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
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
            log(
                    Level.WARN,
                    "outbox-high connection={} route={} uri={} channel={} percent={} times={}",
                    channel,
                    percent,
                    times);
        }
    }

    /** Sluice ends the connection. */
    void ended(Disconnect why) {
        if (pressure.log().take()) {
            log(Level.WARN, "connection-ended connection={} route={} uri={} reason={}", why.reason());
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
        log(
                level,
                "items-dropped connection={} route={} uri={} channel={} reason={} policy={} items={}",
                lastChannel,
                lastReason.name().toLowerCase(Locale.ROOT),
                pressure.policyOf(lastChannel).text(),
                items);
    }

    /**
     * Adds whose connection it is, and what waits for it; each a field of its own.
     *
     * @param line the beginning, with places for connection, route and uri, and then the values
     */
    private void log(Level level, String line, Object... values) {
        ClientTraits traits = client.traits();
        SlowClient<?> now = slow;
        var all = new ArrayList<Object>(
                List.of(client.id(), client.route().id(), client.uri().pathOnly()));
        all.addAll(List.of(values));
        String clientId = client.clientId();
        all.add(clientId == null ? "-" : ClientTraits.plain(clientId));
        all.add(traits.address());
        all.add(ClientTraits.plain(traits.userAgent()));
        String headers = traits.headerText();
        if (!headers.isEmpty()) {
            all.add(headers);
        }
        all.add(now == null ? 0 : now.messages());
        all.add(now == null ? 0 : now.bytes());
        all.add(now == null ? 0 : now.oldestMillis());
        LOG.atLevel(level)
                .log(
                        line + (clientId == null ? " client={}" : " client=\"{}\"") + " address={} agent=\"{}\""
                                + (headers.isEmpty() ? "" : " headers=\"{}\"")
                                + " pending-messages={} pending-bytes={} oldest-millis={}",
                        all.toArray());
    }
}
