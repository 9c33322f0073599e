package io.sluice.router;

import io.sluice.channel.LogBounds;
import io.sluice.channel.Position;
import io.sluice.channel.Sequencer;
import io.sluice.config.LogRule;
import io.sluice.config.Settings;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels that a home remembers: all with subscribers, and others for as long as an id is remembered for duplicates, so
 * that a first subscription can be told the last id. Of these the longest unused go when there are too many.
 */
final class HomeChannels {
    private final Settings.Channels settings;
    private final Stats stats;
    private final LongSupplier nowMillis;
    private final LongSupplier wallMillis;
    private final Map<String, HomeChannel> all = new HashMap<>();
    /** Those without known interest, longest unused first. */
    private final LinkedHashMap<String, HomeChannel> quiet = new LinkedHashMap<>();

    private long lastEpoch;

    /**
     * @param nowMillis a clock that never goes back
     * @param wallMillis the time of day, for epochs: they are to differ from those of other nodes and earlier lives
     */
    HomeChannels(Settings.Channels settings, Stats stats, LongSupplier nowMillis, LongSupplier wallMillis) {
        this.stats = stats;
        this.settings = settings;
        this.nowMillis = nowMillis;
        this.wallMillis = wallMillis;
    }

    /** The channel, remembered from now on if it was not. */
    HomeChannel open(String name) {
        HomeChannel known = all.get(name);
        if (known != null) {
            return known;
        }
        var channel = new HomeChannel(
                name,
                newLife(),
                new Sequencer(settings.sequencerItems(), settings.messageWaitMillis(), nowMillis),
                bounds(settings.logOf(name)));
        all.put(name, channel);
        stats.move(Gauge.HOMED_CHANNELS, 1);
        return channel;
    }

    /** Before the first item of a channel that nobody remembers. */
    Position newLife() {
        lastEpoch = Math.max(lastEpoch + 1, wallMillis.getAsLong() << 10);
        return new Position(lastEpoch, 0);
    }

    private @Nullable LogBounds bounds(@Nullable LogRule rule) {
        return rule == null
                ? null
                : new LogBounds(
                        rule.items(), rule.bytes(), rule.seconds() * 1000L, settings.idCacheTtlSeconds() * 1000L);
    }

    @Nullable
    HomeChannel get(String name) {
        return all.get(name);
    }

    /** To be called after each use of a channel: keeps the quiet ones in order and within bounds. */
    void used(HomeChannel channel) {
        quiet.remove(channel.name);
        if (channel.subscribed()) {
            return;
        }
        channel.quietSinceMillis = nowMillis.getAsLong();
        quiet.put(channel.name, channel);
        if (quiet.size() > settings.idCacheSize()) {
            evictOne();
        }
    }

    /** Forgets channels that nobody has used for the time. */
    void expire() {
        long before = nowMillis.getAsLong() - settings.idCacheTtlSeconds() * 1000L;
        Iterator<HomeChannel> eldest = quiet.values().iterator();
        while (eldest.hasNext()) {
            HomeChannel channel = eldest.next();
            if (channel.quietSinceMillis > before) {
                return;
            }
            if (channel.idle()) {
                eldest.remove();
                forget(channel);
            }
        }
    }

    void remove(HomeChannel channel) {
        forget(channel);
        quiet.remove(channel.name);
    }

    private void forget(HomeChannel channel) {
        if (all.remove(channel.name) != null) {
            stats.move(Gauge.HOMED_CHANNELS, -1);
        }
    }

    /** A copy. */
    List<HomeChannel> list() {
        return List.copyOf(all.values());
    }

    Collection<HomeChannel> all() {
        return all.values();
    }

    private void evictOne() {
        Iterator<HomeChannel> eldest = quiet.values().iterator();
        while (eldest.hasNext()) {
            HomeChannel channel = eldest.next();
            if (channel.idle()) {
                eldest.remove();
                forget(channel);
                return;
            }
        }
    }
}
