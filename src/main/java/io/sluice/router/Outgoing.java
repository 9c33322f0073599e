package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.NodeMessage;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.Position;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.sluice.trace.NodeTraces;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a home to nodes: what one tick has for a node goes in one message, over the link to it. Belongs to the context of its verticle. */
final class Outgoing {
    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);
    private static final long AUDIT_MILLIS = 5000;
    private static final DeliveryOptions REMOTE = new DeliveryOptions();

    private final Vertx vertx;
    private final Context context;
    private final ChannelHomes homes;
    private final int router;
    private final Stats stats;
    private final NodeTraces traces;
    private final LongSupplier nowMillis;
    private final Map<String, Link> links = new HashMap<>();
    /** Links with something for the end of the tick. */
    private final Set<Link> filled = new HashSet<>();

    private Consumer<NodeMessage.Packet> here = packet -> {};
    private List<NodeMessage.Entry> forSelf = new ArrayList<>();
    private boolean scheduled;
    private long lastLink = System.currentTimeMillis() << 20;
    private long auditedMillis;

    Outgoing(
            Vertx vertx,
            Context context,
            ChannelHomes homes,
            int router,
            Stats stats,
            NodeTraces traces,
            LongSupplier nowMillis) {
        this.traces = traces;
        this.vertx = vertx;
        this.context = context;
        this.homes = homes;
        this.router = router;
        this.stats = stats;
        this.nowMillis = nowMillis;
    }

    /** This node's own side of these channels: it is in the same context, and needs no bus. */
    void here(Consumer<NodeMessage.Packet> node) {
        here = node;
    }

    /** To be sent at the end of this tick, after what was added before. */
    void add(String node, NodeMessage.Entry entry) {
        if (node.equals(homes.self())) {
            forSelf.add(entry);
        } else {
            Link link = links.computeIfAbsent(node, this::open);
            link.add(entry, nowMillis.getAsLong());
            filled.add(link);
        }
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(turn -> flush());
        }
    }

    /** Tells the node where the channel stands. */
    void head(String node, String channel, Position position) {
        add(node, new NodeMessage.Head(channel, position));
    }

    void flush() {
        scheduled = false;
        if (!forSelf.isEmpty()) {
            var packet = new NodeMessage.Packet(homes.self(), 0, 0, List.copyOf(forSelf));
            forSelf = new ArrayList<>();
            here.accept(packet);
        }
        long now = nowMillis.getAsLong();
        filled.forEach(link -> link.flush(now));
        filled.clear();
    }

    void acked(HomeMessage.Ack ack) {
        Link link = links.get(ack.node());
        if (link != null) {
            boolean probed = link.probing();
            link.acked(ack.link(), ack.number(), nowMillis.getAsLong());
            if (probed && !link.probing()) {
                LOG.info("link-restored node={}", ack.node());
            }
        }
    }

    /** Looks for nodes that are silent, and has nodes look whether they have everything. */
    void tick() {
        long now = nowMillis.getAsLong();
        links.forEach((node, link) -> {
            boolean probed = link.probing();
            if (link.silent(now) && !probed) {
                LOG.warn("link-silent node={} seconds={}", node, Link.SILENT_MILLIS / 1000);
            }
        });
        if (now - auditedMillis >= AUDIT_MILLIS) {
            auditedMillis = now;
            // A node that left would stay otherwise.
            links.keySet().retainAll(homes.members());
            links.values().forEach(link -> link.audit(now));
        }
    }

    private Link open(String node) {
        lastLink += 1L << 20;
        return new Link(
                homes.self(),
                lastLink,
                packet -> write(node, packet),
                items -> stats.add(Counter.ITEMS_DEFERRED, items),
                left -> traces.deferred(left.item().channel(), left.item().id(), left.position(), node));
    }

    private void write(String node, NodeMessage.Packet packet) {
        vertx.eventBus()
                .sender(Addresses.node(node, router), REMOTE)
                .write(packet)
                .onFailure(failure -> context.runOnContext(turn -> unreachable(node, failure)));
    }

    /** Once; then the link asks the node for a sign of life, until the cluster takes it for dead. */
    private void unreachable(String node, Throwable failure) {
        Link link = links.get(node);
        if (link != null && link.broken(nowMillis.getAsLong())) {
            LOG.warn("node-unreachable node={} reason={}", node, failure.getMessage());
        }
    }
}
