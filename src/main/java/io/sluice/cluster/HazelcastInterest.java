package io.sluice.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.sluice.channel.InterestStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Interest in the clustered map {@code sluice.channels}, with a backup on another member. Any thread; answers on the context of the
 * caller. Fails when the owner can't be reached or a backup is not certain: asking again is safe.
 */
final class HazelcastInterest implements InterestStore {
    static final String MAP = "sluice.channels";

    private final Vertx vertx;
    private final IMap<String, @Nullable ChannelEntry> channels;

    HazelcastInterest(Vertx vertx, HazelcastInstance hazelcast) {
        this.vertx = vertx;
        this.channels = hazelcast.getMap(MAP);
    }

    @Override
    public Future<Set<String>> add(String channel, String node) {
        return submit(channel, new AddInterest(node));
    }

    @Override
    public Future<Set<String>> remove(String channel, String node) {
        return submit(channel, new RemoveInterest(node));
    }

    @Override
    public Future<Set<String>> get(String channel) {
        return submit(channel, new ReadInterest());
    }

    private Future<Set<String>> submit(
            String channel, EntryProcessor<String, @Nullable ChannelEntry, String[]> processor) {
        try {
            return Future.fromCompletionStage(channels.submitToKey(channel, processor), vertx.getOrCreateContext())
                    .map(Set::of);
        } catch (RuntimeException e) {
            // Hazelcast throws at once when it is not, or no longer, running.
            return Future.failedFuture(e);
        }
    }
}
