package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.channel.ChannelLog;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a new home must know of a channel's log. Goes to the backup like a change, though it changes nothing: who is cut off from the backup must not go on
 * from what it has.
 */
final class ReadLog implements EntryProcessor<String, @Nullable ChannelEntry, LogAnswer>, IdentifiedDataSerializable {

    @Override
    public LogAnswer process(Map.Entry<String, @Nullable ChannelEntry> entry) {
        ChannelEntry now = entry.getValue();
        ChannelLog log = now == null ? null : now.log();
        if (now == null || log == null) {
            return new LogAnswer(null);
        }
        now.putInto(entry);
        return new LogAnswer(log.state());
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
