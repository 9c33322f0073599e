package io.sluice.cluster;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.channel.ChannelLog;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the items of a log behind a position, or behind an id. */
final class ReadTail
        implements EntryProcessor<String, @Nullable ChannelEntry, TailAnswer>, ReadOnly, IdentifiedDataSerializable {
    private @Nullable Position after;
    private @Nullable String id;
    private TailBound bound = TailBound.ALL;

    /** For deserialisation. */
    ReadTail() {}

    ReadTail(Position after, TailBound bound) {
        this.after = after;
        this.bound = bound;
    }

    ReadTail(String id) {
        this.id = id;
    }

    @Override
    public TailAnswer process(Map.Entry<String, @Nullable ChannelEntry> entry) {
        ChannelEntry now = entry.getValue();
        ChannelLog log = now == null ? null : now.log();
        if (log != null && after != null) {
            return new TailAnswer(log.tail(after, bound));
        }
        if (log != null && id != null) {
            return new TailAnswer(log.tailAfter(id));
        }
        return new TailAnswer();
    }

    /** Nothing to replay. */
    @Override
    public @Nullable EntryProcessor<String, @Nullable ChannelEntry, TailAnswer> getBackupProcessor() {
        return null;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.READ_TAIL;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(id);
        out.writeBoolean(after != null);
        if (after != null) {
            LogData.write(out, after);
            out.writeInt(bound.items());
            out.writeLong(bound.bytes());
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        id = in.readString();
        after = in.readBoolean() ? LogData.position(in) : null;
        bound = after == null ? TailBound.ALL : new TailBound(in.readInt(), in.readLong());
    }
}
