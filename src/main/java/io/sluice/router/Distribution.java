package io.sluice.router;

import io.sluice.bus.NodeMessage;
import io.sluice.fanout.Loops;
import io.sluice.wire.EncodedItem;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what came from a home to the event loops with subscribers: each item encoded once, one call for each loop. */
final class Distribution {
    private static final Logger PUBLISH_LOG = LoggerFactory.getLogger("io.sluice.publish");

    private final Loops loops;
    /** What each loop gets. */
    private final List<List<EncodedItem>> packets;

    Distribution(Loops loops) {
        this.loops = loops;
        this.packets = new ArrayList<>(loops.size());
        for (int i = 0; i < loops.size(); i++) {
            packets.add(new ArrayList<>());
        }
    }

    /** To be handed over with the next {@link #flush}. */
    void add(NodeChannel channel, NodeMessage.Numbered numbered) {
        if (PUBLISH_LOG.isInfoEnabled()) {
            PUBLISH_LOG.info(
                    "publish channel={} receivers={}",
                    channel.name,
                    loops.counts().matching(numbered.item()));
        }
        pack(channel, numbered);
    }

    void flush() {
        for (int i = 0; i < packets.size(); i++) {
            List<EncodedItem> packet = packets.get(i);
            Loops.Loop loop = loops.get(i);
            if (loop != null && !packet.isEmpty()) {
                loop.fanout().deliver(List.copyOf(packet));
                packet.clear();
            }
        }
    }

    private void pack(NodeChannel channel, NodeMessage.Numbered numbered) {
        EncodedItem encoded = null;
        for (int i = channel.loops.nextSetBit(0); i >= 0; i = channel.loops.nextSetBit(i + 1)) {
            if (loops.get(i) == null) {
                continue;
            }
            if (encoded == null) {
                encoded = new EncodedItem(numbered.item(), numbered.position());
            } else {
                encoded.retain();
            }
            packets.get(i).add(encoded);
        }
    }
}
