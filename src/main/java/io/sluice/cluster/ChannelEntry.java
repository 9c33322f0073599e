package io.sluice.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the cluster keeps of a channel: the nodes with subscribers, sorted. Never changed, only replaced. */
public final class ChannelEntry implements IdentifiedDataSerializable {
    private static final byte VERSION = 1;

    private String[] nodes;

    /** For deserialisation. */
    ChannelEntry() {
        this(new String[0]);
    }

    private ChannelEntry(String[] nodes) {
        this.nodes = nodes;
    }

    /** A copy. */
    String[] nodes() {
        return nodes.clone();
    }

    /** This entry with the node; this itself if the node is there. */
    static ChannelEntry with(@Nullable ChannelEntry before, String node) {
        if (before == null) {
            return new ChannelEntry(new String[] {node});
        }
        if (Arrays.binarySearch(before.nodes, node) >= 0) {
            return before;
        }
        var more = new TreeSet<>(Arrays.asList(before.nodes));
        more.add(node);
        return new ChannelEntry(more.toArray(String[]::new));
    }

    /** This entry without the node; null when none is left. */
    @Nullable
    ChannelEntry without(String node) {
        if (Arrays.binarySearch(nodes, node) < 0) {
            return this;
        }
        var fewer = new TreeSet<>(Arrays.asList(nodes));
        fewer.remove(node);
        return fewer.isEmpty() ? null : new ChannelEntry(fewer.toArray(String[]::new));
    }

    /** The nodes of both. */
    ChannelEntry union(ChannelEntry other) {
        var all = new TreeSet<>(Arrays.asList(nodes));
        all.addAll(Arrays.asList(other.nodes));
        return new ChannelEntry(all.toArray(String[]::new));
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.CHANNEL_ENTRY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeStringArray(nodes);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("channel entry of version " + version + ", this node knows " + VERSION);
        }
        String[] read = in.readStringArray();
        nodes = read == null ? new String[0] : read;
    }
}
