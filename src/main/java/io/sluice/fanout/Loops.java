package io.sluice.fanout;

import io.sluice.trace.NodeTraces;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of this node that serve clients: where the verticles of one loop, and the router, find each other. Filled at start-up: the
 * proxy of each loop registers, then the edge of the same loop looks it up.
 */
public final class Loops {
    /** One event loop: its subscribers, who handles the requests that its edge takes, and the connections known by an id. */
    public record Loop(LoopFanout fanout, Handler<HttpServerRequest> requests, LoopConnections connections) {}

    private final SubscriptionCounts counts = new SubscriptionCounts();
    private final AtomicReferenceArray<@Nullable Loop> loops;
    private final Map<Thread, Loop> byThread = new ConcurrentHashMap<>();
    private final Set<Thread> edges = ConcurrentHashMap.newKeySet();
    private final Draining draining = new Draining();
    private final NodeTraces traces;

    public Loops(int count) {
        this(count, new NodeTraces(0));
    }

    public Loops(int count, NodeTraces traces) {
        this.traces = traces;
        loops = new AtomicReferenceArray<>(count);
    }

    /** Subscriptions of all loops. */
    public SubscriptionCounts counts() {
        return counts;
    }

    /** What became of the node's last items. */
    public NodeTraces traces() {
        return traces;
    }

    public int size() {
        return loops.length();
    }

    /** The node's way out, for all loops. */
    public Draining draining() {
        return draining;
    }

    /** The loop of that number; null before it has registered. */
    public @Nullable Loop get(int index) {
        return loops.get(index);
    }

    /** The loop that registered on this thread; an event loop has one thread for life. Null where none did. */
    public @Nullable Loop current() {
        return byThread.get(Thread.currentThread());
    }

    /**
     * Checks that this event loop is still without a proxy. On the event loop's thread, before {@link #register}.
     *
     * @throws LoopTakenException when it has one
     */
    public void requireFree() {
        if (current() != null) {
            throw new LoopTakenException("proxy");
        }
    }

    /** Registers the loop under {@code loop.fanout().index()}, and for {@link #current()}. On the event loop's thread. */
    public void register(Loop loop) {
        requireFree();
        if (!loops.compareAndSet(loop.fanout().index(), null, loop)) {
            throw new IllegalStateException("event loop " + loop.fanout().index() + " has registered before");
        }
        byThread.put(Thread.currentThread(), loop);
    }

    /**
     * The loop of this thread, for its edge. On the event loop's thread, once.
     *
     * @throws LoopTakenException when an edge was given it before
     * @throws IllegalStateException when it has no proxy
     */
    public Loop forEdge() {
        Loop loop = current();
        if (loop == null) {
            throw new IllegalStateException("no proxy on this event loop; deploy one on each, before the edges");
        }
        if (!edges.add(Thread.currentThread())) {
            throw new LoopTakenException("edge");
        }
        return loop;
    }
}
