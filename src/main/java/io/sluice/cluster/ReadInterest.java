package io.sluice.cluster;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the nodes interested in a channel, in its order among the changes, without serialising the whole entry. */
final class ReadInterest
        implements EntryProcessor<String, @Nullable ChannelEntry, String[]>, ReadOnly, IdentifiedDataSerializable {
    @Override
    public String[] process(Map.Entry<String, @Nullable ChannelEntry> entry) {
        ChannelEntry now = entry.getValue();
        return now == null ? new String[0] : now.nodes();
    }

    /** Nothing to replay. */
    @Override
    public @Nullable EntryProcessor<String, @Nullable ChannelEntry, String[]> getBackupProcessor() {
        return null;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.READ_INTEREST;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
