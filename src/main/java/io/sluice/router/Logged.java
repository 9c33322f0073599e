package io.sluice.router;

import io.sluice.bus.NodeMessage;
import io.sluice.bus.Replayed;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.LogAppend;
import io.sluice.channel.LogBounds;
import io.sluice.channel.LogRecord;
import io.sluice.channel.LogState;
import io.sluice.channel.LogStore;
import io.sluice.channel.LogTail;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.grip.PublishItem;
import io.sluice.wire.ItemCodec;
import io.sluice.wire.WireException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The home's way to the logs: what it gives out is in the log, and on a backup, before anybody gets it or is told that it was accepted. */
final class Logged {
    private static final Logger LOG = LoggerFactory.getLogger(Logged.class);

    /** What the change of a log has come to. */
    enum Outcome {
        DONE,
        /** Another home has changed the log, or it is lost. Nothing was done. */
        STALE,
        /** Nobody knows whether it was done, or whether that will last. */
        UNCERTAIN,
        /** This node is in the smaller part of a divided cluster. Nothing was done. */
        ISOLATED,
    }

    /** Less than a publisher waits in all. */
    private static final long RETRY_FOR_MILLIS = 3500;

    private static final long RETRY_MILLIS = 50;

    private final Vertx vertx;
    private final ChannelHomes homes;
    private final LogStore store;
    private final LongSupplier wallMillis;
    private final SplittableRandom commits = new SplittableRandom();

    Logged(Vertx vertx, ChannelHomes homes, LogStore store, LongSupplier wallMillis) {
        this.vertx = vertx;
        this.homes = homes;
        this.store = store;
        this.wallMillis = wallMillis;
    }

    /** Appends what was given out; {@code then} is told on the context of the caller, maybe at once. */
    Future<Outcome> append(HomeChannel channel, LogBounds bounds, Given given) {
        Position before = channel.position();
        long now = wallMillis.getAsLong();
        var records = new ArrayList<LogRecord>(given.items.size());
        for (PublishItem item : given.items) {
            long sequence = before.sequence() + records.size() + 1;
            records.add(new LogRecord(sequence, now, item.id(), ItemCodec.bytes(item)));
        }
        List<byte[]> parked = given.waitingChanged
                ? channel.sequencer.waitingItems().stream()
                        .map(ItemCodec::bytes)
                        .toList()
                : null;
        var append = new LogAppend(
                commits.nextLong(),
                before,
                channel.commit,
                channel.fresh,
                records,
                channel.sequencer.lastId(),
                parked,
                bounds,
                now,
                homes.members().size());
        return append(channel, append, now + RETRY_FOR_MILLIS, false).onSuccess(outcome -> {
            if (outcome == Outcome.DONE) {
                channel.commit = append.commit();
                channel.fresh = false;
            }
        });
    }

    /** Doing it twice is as good as once: what is uncertain is tried again. */
    private Future<Outcome> append(HomeChannel channel, LogAppend append, long untilMillis, boolean again) {
        long term = homes.refresh();
        if (homes.isolated()) {
            return Future.succeededFuture(again ? Outcome.UNCERTAIN : Outcome.ISOLATED);
        }
        LogAppend asked = append.asked(homes.members().size());
        return store.append(channel.name, asked).transform(result -> {
            if (homes.refresh() != term) {
                // Those who have gone may have been the ones to confirm it, and may be the larger part: so it is done
                // when those who are left have it.
                return append(channel, append, untilMillis, true);
            }
            if (result.succeeded() && homes.settled()) {
                if (!result.result()) {
                    LOG.info("log-moved-on channel={} expected={}", channel.name, append.expected());
                }
                return Future.succeededFuture(result.result() ? Outcome.DONE : Outcome.STALE);
            }
            if (wallMillis.getAsLong() < untilMillis) {
                return vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(waited -> append(channel, append, untilMillis, true));
            }
            LOG.warn("log-append-uncertain channel={} reason={}", channel.name, reason(result));
            return Future.succeededFuture(Outcome.UNCERTAIN);
        });
    }

    /** Reads what the log says of the channel, and then tells it. Fails in the smaller part of a divided cluster: there the log may have what is nowhere else. */
    Future<?> read(HomeChannel channel, Consumer<@Nullable LogState> restore) {
        return read(channel, wallMillis.getAsLong() + RETRY_FOR_MILLIS).onSuccess(restore::accept);
    }

    private Future<@Nullable LogState> read(HomeChannel channel, long untilMillis) {
        long term = homes.refresh();
        if (homes.isolated()) {
            return Future.failedFuture("this part of the divided cluster is the smaller one");
        }
        return store.read(channel.name).transform(result -> {
            if (homes.refresh() != term) {
                return read(channel, untilMillis);
            }
            if (result.succeeded() && homes.settled()) {
                return Future.succeededFuture(result.result());
            }
            if (wallMillis.getAsLong() >= untilMillis) {
                return Future.failedFuture(reason(result));
            }
            return vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).compose(waited -> read(channel, untilMillis));
        });
    }

    private static String reason(AsyncResult<?> result) {
        return result.succeeded() ? "members have gone, and others do not answer" : String.valueOf(result.cause());
    }

    /** Items behind that position, as far as there are any; not more than that. */
    Future<LogTail> tail(HomeChannel channel, Position since, TailBound bound) {
        return store.tail(channel.name, since, bound);
    }

    /** What came after the newest item of that id. */
    Future<LogTail> after(HomeChannel channel, String id) {
        return store.tailAfter(channel.name, id);
    }

    static Replayed replayed(String channel, LogTail tail) {
        var items = numbered(channel, tail);
        Position last = tail.position();
        long at = tail.records().isEmpty()
                ? last.sequence()
                : tail.records().get(0).sequence() - 1;
        return new Replayed(tail.covered(), new Position(last.epoch(), at), items, tail.more());
    }

    static List<PublishItem> items(String channel, List<byte[]> bytes) {
        var items = new ArrayList<PublishItem>(bytes.size());
        for (byte[] item : bytes) {
            try {
                items.add(ItemCodec.read(item));
            } catch (WireException e) {
                LOG.error("log-unreadable channel={} reason={}", channel, e.getMessage());
            }
        }
        return items;
    }

    static List<NodeMessage.Numbered> numbered(String channel, LogTail tail) {
        var items = new ArrayList<NodeMessage.Numbered>(tail.records().size());
        for (LogRecord record : tail.records()) {
            for (PublishItem item : items(channel, List.of(record.item()))) {
                items.add(new NodeMessage.Numbered(
                        item, new Position(tail.position().epoch(), record.sequence())));
            }
        }
        return items;
    }
}
