package io.sluice.channel;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Logs of a node that stands alone: in its own memory. Any thread; answers at once. */
public final class HeapLogs implements LogStore {
    private static final int EXPIRIES_PER_APPEND = 2;
    private static final LogTail NOTHING = new LogTail(new Position(0, 0), false, List.of());

    private record Kept(ChannelLog log, long atMillis) {}

    private final Predicate<String> wanted;
    private final LongSupplier nowMillis;
    /** The longest unchanged first. Guarded by this. */
    private final LinkedHashMap<String, Kept> logs = new LinkedHashMap<>();

    /**
     * @param wanted whether a channel has subscribers: its log is kept however old it is
     * @param nowMillis a clock that never goes back
     */
    public HeapLogs(Predicate<String> wanted, LongSupplier nowMillis) {
        this.wanted = wanted;
        this.nowMillis = nowMillis;
    }

    @Override
    public synchronized Future<@Nullable LogState> read(String channel) {
        ChannelLog log = get(channel);
        return Future.succeededFuture(log == null ? null : log.state());
    }

    @Override
    public synchronized Future<Boolean> append(String channel, LogAppend append) {
        expire();
        ChannelLog after = ChannelLog.change(get(channel), append);
        if (after != null) {
            logs.remove(channel);
            logs.put(channel, new Kept(after, nowMillis.getAsLong()));
        }
        return Future.succeededFuture(after != null);
    }

    @Override
    public synchronized Future<LogTail> tail(String channel, Position after, TailBound bound) {
        ChannelLog log = get(channel);
        return Future.succeededFuture(log == null ? NOTHING : log.tail(after, bound));
    }

    @Override
    public synchronized Future<LogTail> tailAfter(String channel, String id) {
        ChannelLog log = get(channel);
        return Future.succeededFuture(log == null ? NOTHING : log.tailAfter(id));
    }

    private @Nullable ChannelLog get(String channel) {
        Kept kept = logs.get(channel);
        return kept == null ? null : kept.log();
    }

    /** Looks at the longest unchanged: they go when they are of no use any more, and come last when they have subscribers. */
    private void expire() {
        long now = nowMillis.getAsLong();
        for (int looks = 0; looks < EXPIRIES_PER_APPEND && !logs.isEmpty(); looks++) {
            Map.Entry<String, Kept> eldest = logs.entrySet().iterator().next();
            String channel = eldest.getKey();
            ChannelLog log = eldest.getValue().log();
            if (eldest.getValue().atMillis() + log.keepMillis() > now) {
                return;
            }
            logs.remove(channel);
            if (wanted.test(channel)) {
                logs.put(channel, new Kept(log, now));
            }
        }
    }
}
