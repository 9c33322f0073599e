package io.sluice.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.sluice.channel.LogAppend;
import io.sluice.channel.LogState;
import io.sluice.channel.LogStore;
import io.sluice.channel.LogTail;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Logs in the clustered map {@code sluice.channels}, with a backup on another member. Any thread; answers on the context of the
 * caller. Fails when the owner can't be reached or a backup is not certain.
 */
final class HazelcastLogs implements LogStore {
    private final Vertx vertx;
    private final IMap<String, @Nullable ChannelEntry> channels;

    HazelcastLogs(Vertx vertx, HazelcastInstance hazelcast) {
        this.vertx = vertx;
        this.channels = hazelcast.getMap(HazelcastInterest.MAP);
    }

    @Override
    public Future<@Nullable LogState> read(String channel) {
        return submit(channel, new ReadLog()).map(LogAnswer::state);
    }

    @Override
    public Future<Boolean> append(String channel, LogAppend append) {
        return submit(channel, new AppendLog(append));
    }

    @Override
    public Future<LogTail> tail(String channel, Position after, TailBound bound) {
        return submit(channel, new ReadTail(after, bound)).map(TailAnswer::tail);
    }

    @Override
    public Future<LogTail> tailAfter(String channel, String id) {
        return submit(channel, new ReadTail(id)).map(TailAnswer::tail);
    }

    private <T> Future<T> submit(String channel, EntryProcessor<String, @Nullable ChannelEntry, T> processor) {
        try {
            return Future.fromCompletionStage(channels.submitToKey(channel, processor), vertx.getOrCreateContext());
        } catch (RuntimeException e) {
            // Hazelcast throws at once when it is not, or no longer, running.
            return Future.failedFuture(e);
        }
    }
}
