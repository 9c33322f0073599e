package io.sluice.cluster;

import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.channel.ChannelLog;
import io.sluice.channel.LogMerge;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster keeps of a channel: the nodes with subscribers, sorted, and the log of a channel that has one. Never changed, only
 * replaced; but the log is changed in place, on the thread of the channel's partition.
 */
public final class ChannelEntry implements IdentifiedDataSerializable {
    private static final byte VERSION = 3;
    private static final String[] NOBODY = {};

    private String[] nodes;
    private @Nullable ChannelLog log;

    /** For deserialisation. */
    ChannelEntry() {
        this(NOBODY, null);
    }

    private ChannelEntry(String[] nodes, @Nullable ChannelLog log) {
        this.nodes = nodes;
        this.log = log;
    }

    /** A copy. */
    String[] nodes() {
        return nodes.clone();
    }

    @Nullable
    ChannelLog log() {
        return log;
    }

    /** This entry with the node; this itself if the node is there. */
    static ChannelEntry with(@Nullable ChannelEntry before, String node) {
        if (before == null) {
            return new ChannelEntry(new String[] {node}, null);
        }
        if (Arrays.binarySearch(before.nodes, node) >= 0) {
            return before;
        }
        var more = new TreeSet<>(Arrays.asList(before.nodes));
        more.add(node);
        return new ChannelEntry(more.toArray(String[]::new), before.log);
    }

    static ChannelEntry withLog(@Nullable ChannelEntry before, ChannelLog log) {
        return new ChannelEntry(before == null ? NOBODY : before.nodes, log);
    }

    /** This entry without the node; null when nothing is left. */
    @Nullable
    ChannelEntry without(String node) {
        if (Arrays.binarySearch(nodes, node) < 0) {
            return this;
        }
        var fewer = new TreeSet<>(Arrays.asList(nodes));
        fewer.remove(node);
        return fewer.isEmpty() && log == null ? null : new ChannelEntry(fewer.toArray(String[]::new), log);
    }

    /** The nodes of both, and one log. */
    ChannelEntry union(ChannelEntry other) {
        var all = new TreeSet<>(Arrays.asList(nodes));
        all.addAll(Arrays.asList(other.nodes));
        ChannelLog theirs = other.log;
        ChannelLog one = log == null || theirs == null
                ? (log == null ? theirs : log)
                : new ChannelLog(LogMerge.merge(log.snapshot(), theirs.snapshot()));
        return new ChannelEntry(all.toArray(String[]::new), one);
    }

    /** Puts it into the map; without subscribers, for as long as its log is of use. */
    void putInto(Map.Entry<String, @Nullable ChannelEntry> entry) {
        if (log == null) {
            entry.setValue(this);
        } else {
            long millis = nodes.length == 0 ? Math.max(1000, log.keepMillis()) : 0;
            ((ExtendedMapEntry<String, @Nullable ChannelEntry>) entry).setValue(this, millis, TimeUnit.MILLISECONDS);
        }
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
        out.writeBoolean(log != null);
        if (log != null) {
            LogData.write(out, log.snapshot());
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("channel entry of version " + version + ", this node knows " + VERSION);
        }
        String[] read = in.readStringArray();
        nodes = read == null ? NOBODY : read;
        log = in.readBoolean() ? new ChannelLog(LogData.readSnapshot(in)) : null;
    }
}
