package io.sluice.channel;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.Set;

/** Which node is the home of a channel. Any thread; answers from memory. */
public interface ChannelHomes {
    /** This node's name. Unique in the cluster while it lives. */
    String self();

    /** The node that sequences the channel now. Equal on all nodes but for the moments of a change. */
    String homeOf(String channel);

    /** The members now, this node among them. */
    Set<String> members();

    /**
     * Whether this node is in the smaller part of a cluster that has fallen apart: what must be true of the whole cluster can't be decided here.
     * Changes are told to the listeners of {@link #onChange}.
     */
    default boolean isolated() {
        return false;
    }

    /**
     * Makes sure that the other answers are not older than this call, but for events that have not reached this node at all.
     *
     * @return a number that grows with each member that comes or goes: equal ones mean that the members were the same all the time between
     */
    default long refresh() {
        return 0;
    }

    /**
     * Whether all members have answered since one went the last time. Until then nobody knows whether that one is gone, or this node is cut off and finds it out of one after
     * the other.
     */
    default boolean settled() {
        return true;
    }

    /** How often parts of the cluster came together again that had gone on without each other; changes are told as well. */
    default long healings() {
        return 0;
    }

    /** Called, on any thread, after members came or went, or homes moved. */
    void onChange(Handler<Void> listener);

    /**
     * Has other nodes become the homes of this node's channels, before it leaves. Completes once they are, and have had time to
     * learn it; or when that takes too long, or there is nobody else. Never fails. From the second call on, the first one's future.
     */
    default Future<Void> leave() {
        return Future.succeededFuture();
    }
}
