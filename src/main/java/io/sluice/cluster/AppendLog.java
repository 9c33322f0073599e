package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.channel.ChannelLog;
import io.sluice.channel.LogAppend;
import io.sluice.channel.LogBounds;
import io.sluice.channel.Position;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes the log of a channel, if it is as the home believes; answers whether it was. Idempotent, and replayed on the backup. */
final class AppendLog implements EntryProcessor<String, @Nullable ChannelEntry, Boolean>, IdentifiedDataSerializable {
    private LogAppend append;

    /** For deserialisation. */
    AppendLog() {
        this(new LogAppend(0, new Position(0, 0), 0, false, List.of(), null, null, new LogBounds(0, 0, 0, 0), 0, 1));
    }

    AppendLog(LogAppend append) {
        this.append = append;
    }

    @Override
    public Boolean process(Map.Entry<String, @Nullable ChannelEntry> entry) {
        ChannelEntry before = entry.getValue();
        ChannelLog after = ChannelLog.change(before == null ? null : before.log(), append);
        if (after == null) {
            return false;
        }
        ChannelEntry.withLog(before, after).putInto(entry);
        return true;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.APPEND_LOG;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LogData.write(out, append);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        append = LogData.readAppend(in);
    }
}
