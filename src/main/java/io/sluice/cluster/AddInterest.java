package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds a node to those interested in a channel; answers with all of them. Idempotent, and replayed on the backup. */
final class AddInterest
        implements EntryProcessor<String, @Nullable ChannelEntry, String[]>, IdentifiedDataSerializable {
    private String node;

    /** For deserialisation. */
    AddInterest() {
        this("");
    }

    AddInterest(String node) {
        this.node = node;
    }

    @Override
    public String[] process(Map.Entry<String, @Nullable ChannelEntry> entry) {
        ChannelEntry before = entry.getValue();
        ChannelEntry after = ChannelEntry.with(before, node);
        String[] answer = after.nodes();
        if (after != before) {
            after.putInto(entry);
        }
        return answer;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.ADD_INTEREST;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(node);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        node = String.valueOf(in.readString());
    }
}
