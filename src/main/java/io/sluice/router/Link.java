package io.sluice.router;

import io.sluice.bus.NodeMessage;
import io.sluice.channel.Position;
import io.sluice.wire.ItemCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What goes from a home to one other node. At most a window's worth is on its way without acknowledgement, so that a slow or dead node costs this one no more
 * memory than that. What finds no room is not kept: once there is room, the node is told where the channels stand, and fetches what it has missed. A node
 * that is silent for too long gets nothing but a sign of life to answer; the link then begins a new life, by which the node sees that it missed something.
 */
final class Link {
    static final int WINDOW_BYTES = 4 << 20;
    static final int PACKET_BYTES = 1 << 20;
    static final long SILENT_MILLIS = 5000;
    /** Channels whose stand is still to be told; with more, the node is to look after all. */
    static final int MAX_BEHIND = 10_000;

    private static final int HEADS_PER_PACKET = 2000;

    private record InFlight(long number, int bytes, long atMillis) {}

    private final String self;
    private final Consumer<NodeMessage.Packet> wire;
    private final LongConsumer deferred;
    private final Consumer<NodeMessage.Numbered> left;
    private final ArrayDeque<InFlight> flight = new ArrayDeque<>();
    private final Map<String, Position> behind = new LinkedHashMap<>();
    private Map<String, Position> sinceAudit = new LinkedHashMap<>();
    private List<NodeMessage.Entry> packet = new ArrayList<>();
    private int packetBytes;
    private long flightBytes;
    private long id;
    private long sent;
    private long now;
    private boolean probing;
    private boolean lostTrack;

    /**
     * @param id of the link's first life; those after it count up from there
     * @param deferred told how many items were not sent, or got lost
     */
    Link(String self, long id, Consumer<NodeMessage.Packet> wire, LongConsumer deferred) {
        this(self, id, wire, deferred, numbered -> {});
    }

    /** @param left told which items found no room */
    Link(
            String self,
            long id,
            Consumer<NodeMessage.Packet> wire,
            LongConsumer deferred,
            Consumer<NodeMessage.Numbered> left) {
        this.left = left;
        this.self = self;
        this.id = id;
        this.wire = wire;
        this.deferred = deferred;
    }

    /** To be sent with the next {@link #flush}, after what was added before. */
    void add(NodeMessage.Entry entry, long nowMillis) {
        now = nowMillis;
        int bytes = size(entry);
        if (probing || (packetBytes > 0 && packetBytes + bytes > PACKET_BYTES && !send())) {
            leave(entry);
            return;
        }
        packet.add(entry);
        packetBytes += bytes;
        if (entry instanceof NodeMessage.Numbered numbered) {
            sinceAudit.put(numbered.item().channel(), numbered.position());
        }
        if (packetBytes >= PACKET_BYTES) {
            send();
        }
    }

    void flush(long nowMillis) {
        now = nowMillis;
        send();
    }

    void acked(long link, long number, long nowMillis) {
        now = nowMillis;
        if (link != id) {
            return;
        }
        while (!flight.isEmpty() && flight.element().number() <= number) {
            flightBytes -= flight.remove().bytes();
        }
        probing = probing && !flight.isEmpty();
        if (!probing && flightBytes <= WINDOW_BYTES / 2) {
            catchUp();
            send();
        }
    }

    /** Whether the node has been silent for too long, by now. */
    boolean silent(long nowMillis) {
        now = nowMillis;
        boolean silent = !flight.isEmpty() && flight.element().atMillis() + SILENT_MILLIS <= nowMillis;
        if (silent) {
            probe();
        }
        return silent;
    }

    /** What was sent did not get there. Whether this is news. */
    boolean broken(long nowMillis) {
        now = nowMillis;
        if (probing) {
            return false;
        }
        probe();
        return true;
    }

    /** Tells where the channels stand that have had items since the last time: should the last one have got lost, nothing else shows it. */
    void audit(long nowMillis) {
        now = nowMillis;
        Map<String, Position> heads = sinceAudit;
        if (probing || heads.isEmpty()) {
            return;
        }
        sinceAudit = new LinkedHashMap<>();
        heads(heads);
    }

    boolean probing() {
        return probing;
    }

    /** Bytes on their way, and waiting to be sent. */
    long bytes() {
        return flightBytes + packetBytes;
    }

    private void heads(Map<String, Position> heads) {
        int count = 0;
        for (Map.Entry<String, Position> head : heads.entrySet()) {
            add(new NodeMessage.Head(head.getKey(), head.getValue()), now);
            count++;
            if (count % HEADS_PER_PACKET == 0) {
                send();
            }
        }
        send();
    }

    private void catchUp() {
        if (lostTrack) {
            // A new life: the node looks after all that it has from here.
            lostTrack = false;
            behind.clear();
            begin();
            write(List.of(), 0);
        } else if (!behind.isEmpty()) {
            var heads = new LinkedHashMap<>(behind);
            behind.clear();
            heads(heads);
        }
    }

    private void leave(NodeMessage.Entry entry) {
        if (entry instanceof NodeMessage.Numbered numbered) {
            deferred.accept(1);
            left.accept(numbered);
            leave(numbered.item().channel(), numbered.position());
        } else if (entry instanceof NodeMessage.Head head) {
            leave(head.channel(), head.position());
        }
        // An answer is asked for again.
    }

    private void leave(String channel, Position position) {
        if (behind.size() < MAX_BEHIND || behind.containsKey(channel)) {
            behind.put(channel, position);
        } else {
            lostTrack = true;
        }
    }

    /** Nothing is certain of what was sent: the node has to show that it is there, and looks after all that it has. */
    private void probe() {
        deferred.accept(
                packet.stream().filter(NodeMessage.Numbered.class::isInstance).count());
        packet = new ArrayList<>();
        packetBytes = 0;
        sinceAudit = new LinkedHashMap<>();
        behind.clear();
        lostTrack = false;
        begin();
        probing = true;
        write(List.of(), 0);
    }

    private void begin() {
        id++;
        sent = 0;
        flight.clear();
        flightBytes = 0;
    }

    /** Whether there is room in the packet again. */
    private boolean send() {
        if (packet.isEmpty()) {
            return true;
        }
        if (flightBytes >= WINDOW_BYTES) {
            return false;
        }
        List<NodeMessage.Entry> entries = packet;
        int bytes = packetBytes;
        packet = new ArrayList<>();
        packetBytes = 0;
        write(entries, bytes);
        return true;
    }

    private void write(List<NodeMessage.Entry> entries, int bytes) {
        sent++;
        flight.add(new InFlight(sent, bytes, now));
        flightBytes += bytes;
        wire.accept(new NodeMessage.Packet(self, id, sent, List.copyOf(entries)));
    }

    private static int size(NodeMessage.Entry entry) {
        if (entry instanceof NodeMessage.Numbered numbered) {
            return ItemCodec.sizeHint(numbered.item()) + 20;
        }
        if (entry instanceof NodeMessage.SubscribedAt at) {
            int bytes = 80 + 3 * at.channel().length();
            for (NodeMessage.Numbered numbered : at.tail()) {
                bytes += size(numbered);
            }
            return bytes;
        }
        return entry instanceof NodeMessage.Head head ? 24 + 3 * head.channel().length() : 0;
    }
}
