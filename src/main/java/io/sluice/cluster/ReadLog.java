package io.sluice.cluster;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.channel.ChannelLog;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a new home must know of a channel's log. */
final class ReadLog
        implements EntryProcessor<String, @Nullable ChannelEntry, LogAnswer>, ReadOnly, IdentifiedDataSerializable {

    @Override
    public LogAnswer process(Map.Entry<String, @Nullable ChannelEntry> entry) {
        ChannelEntry now = entry.getValue();
        ChannelLog log = now == null ? null : now.log();
        return new LogAnswer(log == null ? null : log.state());
    }

    /** Nothing to replay. */
    @Override
    public @Nullable EntryProcessor<String, @Nullable ChannelEntry, LogAnswer> getBackupProcessor() {
        return null;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.READ_LOG;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
