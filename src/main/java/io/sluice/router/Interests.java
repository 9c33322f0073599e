package io.sluice.router;

import io.sluice.channel.ChannelHomes;
import io.sluice.channel.InterestStore;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the interest of a home's channels in memory as it is in the store, one read or change of a channel at a time, and
 * runs what is asked of a channel between these.
 */
final class Interests {
    private static final Logger LOG = LoggerFactory.getLogger(Interests.class);

    private final ChannelHomes homes;
    private final InterestStore store;
    private final Consumer<HomeChannel> idle;
    private final Function<HomeChannel, Future<?>> load;
    private Set<String> members;
    /** Of those that were members before. */
    private Set<String> departed = Set.of();
    /** Grows whenever homes or members change: what was read from the store before may be old. */
    private long term;

    /**
     * @param idle told when all that was asked of a channel is done, or waits for the store
     * @param load reads what else a home must know of a channel that is not loaded
     */
    Interests(
            ChannelHomes homes,
            InterestStore store,
            Consumer<HomeChannel> idle,
            Function<HomeChannel, Future<?>> load) {
        this.load = load;
        this.homes = homes;
        this.store = store;
        this.idle = idle;
        this.members = homes.members();
    }

    /** Whether what is asked of the channel can be done at once. */
    boolean ready(HomeChannel channel) {
        return channel.interest != null && !channel.busy && channel.queue.isEmpty();
    }

    /** Runs the task once the interest is known and all that was asked before is done. */
    void enqueue(HomeChannel channel, HomeChannel.Task task) {
        channel.queue.add(task);
        work(channel);
    }

    /** Puts the task behind what was asked before; {@link #work} runs it. */
    void queue(HomeChannel channel, HomeChannel.Task task) {
        channel.queue.add(task);
    }

    /** Lets what is asked of the channel wait for that answer; it is told even when the channel has gone meanwhile. */
    <T> void await(HomeChannel channel, Future<T> answer, Consumer<AsyncResult<T>> then) {
        channel.busy = true;
        long asked = term;
        answer.onComplete(result -> {
            channel.busy = false;
            then.accept(result);
            if (!channel.gone) {
                if (asked != term) {
                    refresh(channel);
                }
                work(channel);
            }
        });
    }

    /** Adds the node; then the callback, told whether the channel had no subscription before. */
    void join(HomeChannel channel, String node, long token, Consumer<Boolean> joined) {
        enqueue(channel, same -> {
            channel.tokens.merge(node, token, Math::max);
            Set<String> before = channel.nodes();
            if (before.contains(node)) {
                joined.accept(false);
                return;
            }
            channel.busy = true;
            long asked = term;
            store.add(channel.name, node)
                    .onComplete(result -> settled(channel, asked, result, () -> joined.accept(before.isEmpty())));
        });
    }

    /** Removes the node, unless it has subscribed anew since; then the callback. */
    void leave(HomeChannel channel, String node, long token, Runnable left) {
        enqueue(channel, same -> {
            if (channel.tokens.getOrDefault(node, token) <= token) {
                remove(channel, node, left);
            }
        });
    }

    /**
     * Homes have moved, or members came or went.
     *
     * @return whether members came or went: then {@link #refresh} is due for each channel
     */
    boolean changed() {
        term++;
        Set<String> before = members;
        members = homes.members();
        var left = new HashSet<>(before);
        left.removeAll(members);
        departed = left;
        return !members.equals(before);
    }

    /** Reads the interest anew, without those who left. */
    void refresh(HomeChannel channel) {
        channel.tokens.keySet().removeAll(departed);
        if (channel.interest == null || channel.busy) {
            // It is read before its next use, or once the store has answered.
            return;
        }
        boolean subscribed = channel.subscribed();
        channel.interest = null;
        if (subscribed) {
            enqueue(channel, same -> {});
        }
    }

    private void remove(HomeChannel channel, String node, Runnable left) {
        channel.tokens.remove(node);
        if (!channel.nodes().contains(node)) {
            return;
        }
        channel.busy = true;
        long asked = term;
        store.remove(channel.name, node).onComplete(result -> settled(channel, asked, result, left));
    }

    /** Does what is queued, up to the first thing that must wait for the store. Returns at once when it is being done further up the stack. */
    void work(HomeChannel channel) {
        if (channel.working || channel.gone) {
            return;
        }
        channel.working = true;
        while (!channel.busy && !channel.gone && !channel.queue.isEmpty()) {
            if (channel.interest == null) {
                channel.busy = true;
                long asked = term;
                Future<Set<String>> read = channel.loaded
                        ? store.get(channel.name)
                        : load.apply(channel).compose(loaded -> store.get(channel.name));
                read.onComplete(result -> settled(channel, asked, result, () -> {}));
            } else {
                channel.queue.remove().run(channel);
            }
        }
        channel.working = false;
        if (!channel.gone) {
            idle.accept(channel);
        }
    }

    private void settled(HomeChannel channel, long asked, AsyncResult<Set<String>> result, Runnable then) {
        channel.busy = false;
        if (channel.gone) {
            return;
        }
        if (result.succeeded()) {
            channel.interest = alive(channel, result.result());
            then.run();
            if (asked != term) {
                refresh(channel);
            }
        } else {
            String reason = String.valueOf(result.cause());
            LOG.warn("interest-store-failed channel={} reason={}", channel.name, reason);
            channel.interest = null;
            List<HomeChannel.Task> tasks = List.copyOf(channel.queue);
            channel.queue.clear();
            tasks.forEach(task -> task.failed(reason));
        }
        work(channel);
    }

    /** Without nodes that are no members any more; these are taken out of the store as well. */
    private Set<String> alive(HomeChannel channel, Set<String> nodes) {
        var alive = new HashSet<String>();
        for (String node : nodes) {
            if (here(channel, node)) {
                alive.add(node);
            } else {
                channel.queue.add(same -> bury(channel, node));
            }
        }
        return alive;
    }

    /** A newcomer may have spoken before it is known as a member. */
    private boolean here(HomeChannel channel, String node) {
        return members.contains(node) || channel.tokens.containsKey(node);
    }

    private void bury(HomeChannel channel, String node) {
        if (here(channel, node)) {
            return; // It has come back.
        }
        channel.busy = true;
        long asked = term;
        store.remove(channel.name, node).onComplete(result -> settled(channel, asked, result, () -> {}));
    }
}
