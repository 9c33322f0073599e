package io.sluice.router;

import io.sluice.bus.NodeMessage;
import io.sluice.fanout.Loops;
import io.sluice.trace.ItemTrace;
import io.sluice.trace.NodeTraces;
import io.sluice.wire.EncodedItem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what came from a home to the event loops with subscribers: each item encoded once, one call for each loop. */
final class Distribution {
    private static final Logger PUBLISH_LOG = LoggerFactory.getLogger("io.sluice.publish");

    private final Loops loops;
    private final NodeTraces traces;
    /** What each loop gets. */
    private final List<List<EncodedItem>> packets;

    Distribution(Loops loops) {
        this.loops = loops;
        this.traces = loops.traces();
        this.packets = new ArrayList<>(loops.size());
        for (int i = 0; i < loops.size(); i++) {
            packets.add(new ArrayList<>());
        }
    }

    /**
     * To be handed over with the next {@link #flush}.
     *
     * @param way empty for the usual one
     */
    void add(NodeChannel channel, NodeMessage.Numbered numbered, String way) {
        if (PUBLISH_LOG.isInfoEnabled()) {
            PUBLISH_LOG.info(
                    "publish channel={} receivers={}",
                    channel.name,
                    loops.counts().matching(numbered.item()));
        }
        pack(channel, numbered, traces.arrived(channel.name, numbered.item().id(), numbered.position(), way));
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

    private void pack(NodeChannel channel, NodeMessage.Numbered numbered, @Nullable ItemTrace trace) {
        EncodedItem encoded = null;
        for (int i = channel.loops.nextSetBit(0); i >= 0; i = channel.loops.nextSetBit(i + 1)) {
            if (loops.get(i) == null) {
                continue;
            }
            if (encoded == null) {
                encoded = new EncodedItem(numbered.item(), numbered.position(), trace);
            } else {
                encoded.retain();
            }
            packets.get(i).add(encoded);
        }
    }
}
