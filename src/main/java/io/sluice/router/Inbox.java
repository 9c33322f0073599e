package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.NodeMessage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/** The end of the links from homes elsewhere to this node: finds what did not come, and acknowledges what did. */
final class Inbox {
    /** Up to where a link's packets have come. */
    private record Mark(long link, long number) {}

    private final Vertx vertx;
    private final Context context;
    private final String self;
    private final int router;
    private final NodeSide node;
    private final Map<String, Mark> marks = new HashMap<>();
    private final Map<String, Mark> toAcknowledge = new HashMap<>();

    Inbox(Vertx vertx, Context context, String self, int router, NodeSide node) {
        this.vertx = vertx;
        this.context = context;
        this.self = self;
        this.router = router;
        this.node = node;
    }

    void take(NodeMessage.Packet packet) {
        if (packet.link() != 0) {
            if (!follows(packet)) {
                node.resync(packet.from());
            }
            acknowledge(packet);
        }
        for (NodeMessage.Entry entry : packet.entries()) {
            if (entry instanceof NodeMessage.Numbered numbered) {
                node.take(numbered);
            } else if (entry instanceof NodeMessage.SubscribedAt at) {
                node.flush();
                node.subscribedAt(at);
            } else if (entry instanceof NodeMessage.Head head) {
                node.head(head);
            }
        }
        node.flush();
    }

    /** Whether nothing is missing before it. */
    private boolean follows(NodeMessage.Packet packet) {
        Mark before = marks.put(packet.from(), new Mark(packet.link(), packet.number()));
        long expected = before == null ? 1 : before.link() == packet.link() ? before.number() + 1 : -1;
        return packet.number() == expected;
    }

    /** Once for all packets of this turn. */
    private void acknowledge(NodeMessage.Packet packet) {
        if (toAcknowledge.isEmpty()) {
            context.runOnContext(turn -> {
                toAcknowledge.forEach((home, mark) -> vertx.eventBus()
                        .send(Addresses.home(home, router), new HomeMessage.Ack(self, mark.link(), mark.number())));
                toAcknowledge.clear();
            });
        }
        toAcknowledge.put(packet.from(), new Mark(packet.link(), packet.number()));
    }
}
