package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.NodeMessage;
import io.sluice.channel.ChannelHomes;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.sluice.wire.ItemCodec;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a home to nodes: what one tick has for a node goes in one message. The place where a link between two nodes gets
 * credits: this is all that knows how much is on its way to whom.
 */
final class Outgoing {
    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);
    private static final int MAX_DELIVER_BYTES = 1 << 20;
    private static final long LOG_MILLIS = 1000;
    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);
    private static final DeliveryOptions REMOTE = new DeliveryOptions();

    /** What waits for the end of the tick, for one node. */
    private static final class Packet {
        final List<NodeMessage.Numbered> items = new ArrayList<>();
        int bytes;
        /** Items that could not be sent, and are not in the log yet. */
        long lost;

        boolean logging;
    }

    private final Vertx vertx;
    private final Context context;
    private final ChannelHomes homes;
    private final int router;
    private final Stats stats;
    private final Map<String, Packet> packets = new HashMap<>();
    private boolean scheduled;

    Outgoing(Vertx vertx, Context context, ChannelHomes homes, int router, Stats stats) {
        this.vertx = vertx;
        this.context = context;
        this.homes = homes;
        this.router = router;
        this.stats = stats;
    }

    /** To be sent at the end of this tick, after what was added before. */
    void add(String node, NodeMessage.Numbered item) {
        Packet packet = packets.computeIfAbsent(node, key -> new Packet());
        packet.items.add(item);
        packet.bytes += ItemCodec.sizeHint(item.item());
        if (packet.bytes >= MAX_DELIVER_BYTES) {
            send(node, packet);
        } else if (!scheduled) {
            scheduled = true;
            context.runOnContext(turn -> flush());
        }
    }

    /** Sends now, after all items that were added for the node. */
    void sendAfterItems(String node, NodeMessage.SubscribedAt message) {
        Packet packet = packets.get(node);
        if (packet != null && !packet.items.isEmpty()) {
            send(node, packet);
        }
        write(node, message, 0);
    }

    void flush() {
        scheduled = false;
        packets.forEach((node, packet) -> {
            if (!packet.items.isEmpty()) {
                send(node, packet);
            }
        });
        // A node that left would stay otherwise.
        packets.keySet().retainAll(homes.members());
    }

    private void send(String node, Packet packet) {
        var deliver = new NodeMessage.Deliver(List.copyOf(packet.items));
        packet.items.clear();
        packet.bytes = 0;
        write(node, deliver, deliver.items().size());
    }

    private void write(String node, NodeMessage message, int items) {
        var options = node.equals(homes.self()) ? LOCAL : REMOTE;
        vertx.eventBus()
                .sender(Addresses.node(node, router), options)
                .write(message)
                .onFailure(failure -> context.runOnContext(turn -> unreachable(node, items, failure)));
    }

    /** A dead node is written about once a second, until the cluster takes it for dead. */
    private void unreachable(String node, int items, Throwable failure) {
        stats.drop(DropReason.NODE_UNREACHABLE, items);
        Packet packet = packets.computeIfAbsent(node, key -> new Packet());
        packet.lost += items;
        if (!packet.logging) {
            packet.logging = true;
            vertx.setTimer(LOG_MILLIS, timer -> {
                LOG.warn("node-unreachable node={} items={} reason={}", node, packet.lost, failure.getMessage());
                packet.lost = 0;
                packet.logging = false;
            });
        }
    }
}
